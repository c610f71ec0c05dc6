import { countStuckRows } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** Letters that wait for a person and that nobody has ticked off; `undeliverable` are buyers' letters that came back. */
export const countStuck = (ctx: Ctx): Promise<{ parked: number; unknown: number; undeliverable: number }> =>
  countStuckRows(ctx)
