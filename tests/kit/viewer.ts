import { judgeSession } from '#domain/access/judgeSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'

/** The viewer behind a session's token; null when it opens nothing (none, ended, version raised, expired). */
export const viewerBehind = async (ctx: Ctx, token: string): Promise<Viewer | null> =>
  (await judgeSession(ctx, token)).viewer
