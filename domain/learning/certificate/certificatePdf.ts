import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Attachment, Ctx } from '#ports'
import { readNumber } from './rules.ts'
import { findByNumber } from './store.ts'

/**
 * The viewer's own Teilnahmebestätigung as a PDF, with the name last chosen. Throws `not_found` for a number that is
 * unknown, malformed or somebody else's, `rate_limited`, `database_unavailable`, `paper_busy`, `paper_failed`.
 */
export async function certificatePdf(ctx: Ctx, input: { viewer: Viewer; number: string }): Promise<Attachment> {
  const { viewer } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  await ctx.limits.consume('certificate_pdf_per_person', viewer.personId)
  const number = readNumber(input.number)
  const found = number ? await findByNumber(ctx.db, number) : null
  if (!found || found.personId !== viewer.personId) throw new AppError('not_found', 'no such certificate')
  const modules = ctx.content.course().modules.map(({ lessons }) => lessons.length)
  const { name, courseTitle, completedOn, lessons, minutes } = found
  return ctx.documents.participation({
    number: found.number,
    name,
    courseTitle,
    completedOn,
    lessons,
    minutes,
    modules,
  })
}
