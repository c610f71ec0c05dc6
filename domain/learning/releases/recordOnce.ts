import { AppError } from '#errors'
import type { AuditEntry, Ctx } from '#ports'

/**
 * Writes an audit entry about releases into the caller's transaction. False when the same click came before. `asked` is
 * what the form said: the same key with other values is no repetition and throws `conflict`.
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
