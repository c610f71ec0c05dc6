import { deleteOldChanges } from '#domain/access/addressChange/store.ts'
import { deleteEndedSessions, deleteOldTokens } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

const DAY = 86_400_000
const keptFor = {
  /** Counted from the session's end: the operator may still ask when somebody was here last. */
  sessionMs: 90 * DAY,
  loginTokenMs: 30 * DAY,
  addressChangeMs: 30 * DAY,
  /** An old welcome link still leads to „Link an dieselbe Adresse schicken“. */
  welcomeTokenMs: 400 * DAY,
} as const

/**
 * Deletes sessions, links and wishes for another address that ended long ago, at most `limit` of each kind; how many.
 */
export async function forgetLogins(ctx: Ctx, limit: number): Promise<number> {
  const ago = (ms: number) => new Date(ctx.clock.now().getTime() - ms)
  return (
    (await deleteEndedSessions(ctx, ago(keptFor.sessionMs), limit)) +
    (await deleteOldTokens(ctx, 'login', ago(keptFor.loginTokenMs), limit)) +
    (await deleteOldTokens(ctx, 'welcome', ago(keptFor.welcomeTokenMs), limit)) +
    (await deleteOldChanges(ctx, ago(keptFor.addressChangeMs), limit))
  )
}
