import { type NewLetter, queueLetters } from '#domain/mail/queueLetters.ts'
import type { Ctx } from '#ports'

/** Queues one letter with its job in the caller's transaction, as `queueLetters` does. Answers the letter's id. */
export async function queueLetter(ctx: Ctx, input: NewLetter): Promise<string> {
  const [id] = await queueLetters(ctx, [input])
  return id!
}
