import { dayWords } from '#domain/calendar/germanWords.ts'
import type { Paper } from '#paper/draw/paper.ts'
import type { Attachment, CertificateFacts, Operator } from '#ports'

const number = new Intl.NumberFormat('de-DE')

/**
 * A Teilnahmebestätigung as a PDF. It says that somebody took part, and nothing of an exam or a grade: nobody watched
 * over what was learned (FernUSG § 1). Throws when the name has a character that no face has; `Paper.unprintable` asks
 * before.
 */
export async function certificatePdf(
  paper: Paper,
  facts: CertificateFacts,
  { operator, siteUrl, pattern }: { operator: Operator; siteUrl: string; pattern: (text: string) => boolean[][] },
): Promise<Attachment> {
  if ((await paper.unprintable(facts.name)).length > 0) throw new Error('a name that cannot be printed was accepted')
  const address = `${siteUrl}/bestaetigung/${facts.number}`
  const on = dayWords(facts.completedOn)
  const content = await paper.certificate({
    title: 'Teilnahmebestätigung',
    name: facts.name.normalize('NFC'),
    lines: [
      `hat am Onlinekurs „${facts.courseTitle}“ teilgenommen`,
      `und am ${on} die letzte von ${facts.lessons} Lektionen erledigt.`,
    ],
    facts: [
      ['Umfang', `${facts.lessons} Lektionen, ${number.format(facts.minutes)} Minuten Film zum Selbstlernen`],
      ['Anbieter', `${operator.name}, ${operator.postalCode} ${operator.city}`],
    ],
    note: 'Bestätigt wird die Teilnahme. Eine Prüfung oder Bewertung gab es nicht.',
    number: facts.number,
    address,
    pattern: pattern(address),
    modules: facts.modules,
    author: facts.courseTitle,
    createdAt: new Date(`${facts.completedOn}T12:00:00Z`),
  })
  return { filename: `Teilnahmebestaetigung-${facts.number}.pdf`, contentType: 'application/pdf', content }
}
