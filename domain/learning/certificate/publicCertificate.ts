import type { Ctx } from '#ports'
import { readNumber } from './rules.ts'
import { type Certificate, findByNumber } from './store.ts'

export type PublicCertificate = Pick<
  Certificate,
  'number' | 'name' | 'courseTitle' | 'completedOn' | 'lessons' | 'minutes'
>

/**
 * What is printed on a Teilnahmebestätigung, for whoever has its number; null for an unknown number and for anything
 * that cannot be one. Throws `rate_limited` after many unknown numbers, `database_unavailable`.
 */
export async function publicCertificate(
  ctx: Ctx,
  input: { number: string; ip: string },
): Promise<PublicCertificate | null> {
  const number = readNumber(input.number)
  const found = number ? await findByNumber(ctx.db, number) : null
  // Only unknown numbers are counted: others in the same network cannot block a number that exists.
  if (number && !found) await ctx.limits.consume('certificate_per_ip', input.ip)
  if (!found) return null
  const { name, courseTitle, completedOn, lessons, minutes } = found
  return { number: found.number, name, courseTitle, completedOn, lessons, minutes }
}
