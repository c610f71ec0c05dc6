import { type NewLetter, queueLetters } from '#domain/mail/queueLetters.ts'
import type { Ctx } from '#ports'

/** One letter with its job, in the caller's transaction; see `queueLetters`. Answers the letter's id. */
export async function queueLetter(ctx: Ctx, input: NewLetter): Promise<string> {
  const [id] = await queueLetters(ctx, [input])
  return id!
}
