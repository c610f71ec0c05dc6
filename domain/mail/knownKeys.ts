import { selectKeys } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** Which of these causes (`NewLetter.uniqueKey`) have had their letter written, whatever became of it. */
export async function knownKeys(ctx: Ctx, uniqueKeys: string[]): Promise<Set<string>> {
  return new Set(await selectKeys(ctx, uniqueKeys))
}
