import { countStuckRows, type StuckLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** Letters that wait for a person and that nobody has ticked off. */
export const countStuck = (ctx: Ctx): Promise<StuckLetters> => countStuckRows(ctx)
