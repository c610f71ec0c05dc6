import { type LetterRow, holdLetter as lock } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** The letter's row, locked until the caller's transaction ends; null for an unknown id. */
export const holdLetter = (ctx: Ctx, letterId: string): Promise<LetterRow | null> => lock(ctx, letterId)
