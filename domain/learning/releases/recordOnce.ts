import { AppError } from '#errors'
import type { AuditEntry, Ctx } from '#ports'

/**
 * Writes a deed about releases into the caller's transaction. False when the same click came before. `asked` is what
 * the form said: a key that comes back with other days is no repetition. Throws `conflict`.
 */
export async function recordOnce(
  ctx: Ctx,
  entry: Omit<AuditEntry, 'at' | 'detail'>,
  asked: Record<string, string | number>,
  before: string,
): Promise<boolean> {
  if (await ctx.audit.record(ctx.db, { ...entry, detail: { ...asked, before } })) return true
  const first = (await ctx.audit.find(ctx.db, entry.id))?.detail ?? {}
  const same = Object.entries(asked).every(([name, value]) => first[name] === value)
  if (!same) throw new AppError('conflict', 'this key already stands for another change')
  return false
}
