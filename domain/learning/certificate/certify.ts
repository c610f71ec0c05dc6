import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { participation } from './participation.ts'
import { certificateName, numberFrom } from './rules.ts'
import { addCertificate, type Certificate, renameCertificate } from './store.ts'

/**
 * Writes the viewer's Teilnahmebestätigung, or corrects the name on it: number, day and sums stay as they were first.
 * Two clicks at once make one. Throws `invalid_input` (`fields.name`), `conflict` (not every lesson is done),
 * `no_grant`, `unproven_session`, `database_unavailable`.
 */
export async function certify(ctx: Ctx, input: { viewer: Viewer; name: string }): Promise<Certificate> {
  const { viewer } = input
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  const name = certificateName(input.name)
  if (!name) throw wrongName('Bitte ein Name aus 1 bis 80 Zeichen: Buchstaben jeder Schrift, keine Adresse, kein Code.')
  const unknown = await ctx.documents.unprintable(name)
  if (unknown.length > 0)
    throw wrongName(
      `${unknown.slice(0, 5).join(' ')} können wir noch nicht drucken. Schreib den Namen so, wie er in lateinischer Schrift steht.`,
    )
  const { certificate, complete, completedOn, totals } = await participation(ctx, viewer)
  const now = ctx.clock.now()
  if (certificate) return (await renameCertificate(ctx.db, viewer.personId, name, now)) ?? certificate
  if (!complete || !completedOn)
    throw new AppError('conflict', 'not every lesson is done', {
      fields: { kurs: 'Es fehlen noch Lektionen. Welche, steht unter /teilnahme.' },
    })
  const course = ctx.content.course()
  return addCertificate(ctx.db, {
    number: numberFrom(ctx.ids.secret()),
    personId: viewer.personId,
    course: course.id,
    courseTitle: course.title,
    name,
    completedOn,
    lessons: totals.lessons,
    minutes: Math.round(totals.durationSeconds / 60),
    createdAt: now,
    updatedAt: now,
  })
}

const wrongName = (sentence: string) => new AppError('invalid_input', 'unusable name', { fields: { name: sentence } })
