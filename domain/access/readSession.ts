import { judgeSession } from '#domain/access/judgeSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'

/**
 * The viewer behind a session cookie, or null (no valid session, ended, version raised, expired). While the database is
 * away as `judgeSession` says.
 */
export async function readSession(ctx: Ctx, jwt: string): Promise<Viewer | null> {
  return (await judgeSession(ctx, jwt)).viewer
}
