import { takeBack } from '#domain/mail/takeBack.ts'
import type { Ctx } from '#ports'
import { saveSettings } from './store.ts'

/**
 * Turns the digest of newly opened lessons on or off; the last choice wins. Off also takes back a digest that still
 * waits to be sent. Joins the caller's transaction. Throws `database_unavailable`.
 */
export async function setReleaseMails(ctx: Ctx, input: { personId: string; on: boolean }): Promise<{ on: boolean }> {
  const { personId, on } = input
  return ctx.db.transaction(async (db) => {
    const row = await saveSettings(db, personId, { releaseMails: on }, ctx.clock.now())
    if (!on) await takeBack({ ...ctx, db }, { kind: 'release_digest', personIds: [personId] })
    return { on: row.releaseMails }
  })
}
