import { type LetterRow, holdLetter as lock } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** The letter's row; whoever else wants to act on it waits until the caller's transaction ends. null: unknown id. */
export const holdLetter = (ctx: Ctx, letterId: string): Promise<LetterRow | null> => lock(ctx, letterId)
