import { selectKeys } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/** Those of these keys (`NewLetter.uniqueKey`) for which a letter was written, whatever became of it. */
export async function knownKeys(ctx: Ctx, uniqueKeys: string[]): Promise<Set<string>> {
  return new Set(await selectKeys(ctx, uniqueKeys))
}
