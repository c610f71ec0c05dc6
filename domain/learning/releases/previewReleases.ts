import { accessFile } from '#domain/access/accessFile.ts'
import { berlinDay, daysBetween, isDay } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import { AppError } from '#errors'
import type { Ctx, Lesson } from '#ports'
import { COURSE } from '../rules.ts'
import { readOpened } from '../store.ts'
import { type Holding, type PersonRelease, release, rememberMoments, ruleFor } from './release.ts'
import { releaseLimits } from './rules.ts'
import { readOverrides } from './store.ts'

export interface PreviewDay {
  /** Null: open without a date of its own. */
  at: Date | null
  /** Calendar days after the purchase in Berlin; null without a date. */
  day: number | null
  /** Open at this moment. */
  open: boolean
  lessons: { id: string; slug: string; number: number; title: string; watched: boolean }[]
}

export interface ReleasePreview {
  /** The day the purchase counts from, „2026-12-01“; null: this person never had the course. */
  from: string | null
  person: { id: string; name: string | null; email: string; release: PersonRelease } | null
  days: PreviewDay[]
}

/**
 * What opens when for somebody who buys (or bought) on this day; with a person, also by everything that is different
 * for them, and without a day by their own grants. Computed by the same function (`release`) that answers learners. For
 * the operator. Throws `invalid_input` (no such day), `not_found` (no such person), `database_unavailable`.
 */
export async function previewReleases(
  ctx: Ctx,
  input: { day: string | null; personId: string | null },
): Promise<ReleasePreview> {
  const { day, personId } = input
  if (day !== null && (!isDay(day) || day < releaseLimits.firstDay || day > releaseLimits.lastDay))
    throw new AppError('invalid_input', 'no such day', {
      fields: { kauf: 'Diesen Tag gibt es nicht. Nimm einen wie 2026-12-01, bis 2099.' },
    })
  const file = personId ? await accessFile(ctx, personId) : null
  if (personId && !file) throw new AppError('not_found', 'no such person')
  const overrides = (await readOverrides(ctx.db))(personId)
  const now = ctx.clock.now()
  const holdings = day ? since(day, now) : holdingsOf(file?.grants ?? [])
  const opened = file && !day ? await readOpened(ctx.db, file.person.id) : new Set<string>()
  const first = holdings.find(({ endedAt }) => endedAt === null) ?? holdings[0]
  const { course, releases } = ctx.content
  const moment = rememberMoments()
  const found = first
    ? course().lessons.map((lesson) => {
        const { open, opensAt } = release(lesson, holdings, ruleFor(lesson, releases(), overrides), now, moment)
        const watched = opened.has(lesson.id)
        return { lesson, watched, open: open || watched, at: opensAt }
      })
    : []
  return {
    from: first ? berlinDay(first.startsAt) : null,
    person: file && {
      id: file.person.id,
      name: file.person.name,
      email: file.person.emailRaw,
      release: overrides.person,
    },
    days: first ? inDays(found, berlinDay(first.startsAt)) : [],
  }
}

/**
 * A grant of somebody who buys on that day: at noon, or at this moment if it is today, so that a rule set this morning
 * counts.
 */
const since = (day: string, now: Date): Holding[] => [
  { startsAt: day === berlinDay(now) ? now : berlinInstant(`${day}T12:00`)!, endedAt: null },
]

const holdingsOf = (grants: { course: string; startsAt: Date; revokedAt: Date | null }[]): Holding[] =>
  grants
    .filter(({ course }) => course === COURSE)
    .map(({ startsAt, revokedAt }) => ({ startsAt, endedAt: revokedAt }))
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())

function inDays(
  found: { lesson: Lesson; at: Date | null; open: boolean; watched: boolean }[],
  from: string,
): PreviewDay[] {
  const groups = Map.groupBy(found, ({ at, open }) => `${at?.getTime() ?? 0} ${open}`)
  return [...groups.values()]
    .map((same): PreviewDay => {
      const { at, open } = same[0]!
      return {
        at,
        day: at && daysBetween(from, berlinDay(at)),
        open,
        lessons: same.map(({ lesson: { id, slug, number, title }, watched }) => ({ id, slug, number, title, watched })),
      }
    })
    .sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0))
}
