import { accessFile } from '#domain/access/accessFile.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { COURSE } from '../rules.ts'
import { recordOnce } from './recordOnce.ts'
import { changedFor, GRACE_MS, type Holding, type Pause, type PersonRelease, release, ruleFor } from './release.ts'
import { checkShift, personCode, withPause } from './rules.ts'
import { forgetSchedule } from './schedule.ts'
import { lockReleases, readOverrides, writeOverride } from './store.ts'

export type PersonChange =
  /** Moves all `days` rules by so many days, instead of the former shift. */
  | { kind: 'shift'; days: number }
  | ({ kind: 'pause' } & Pause)
  | { kind: 'open' }
  /** `from`: the pause that begins on this day. */
  | { kind: 'undo'; what: 'shift' | 'open' | 'pause'; from: string }

export interface PersonReleaseChange {
  personId: string
  change: PersonChange
  reason: string
  actor: string
  /** UUID of the form: the same click twice is one change. */
  key: string
}

/**
 * Makes releases different for one learner, or takes that back; answers what holds now. Never locks: what is open for
 * them at this moment is kept open, in the same transaction. The same click twice changes nothing. Throws
 * `invalid_input`, `not_found` (no such person), `conflict` (nothing to take back, or the key stands for something
 * else).
 */
export async function changePerson(ctx: Ctx, input: PersonReleaseChange): Promise<PersonRelease> {
  const { personId, change, reason, actor, key } = input
  const file = await accessFile(ctx, personId)
  if (!file) throw new AppError('not_found', 'no such person')
  const changed = await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await lockReleases(db)
    const overrides = (await readOverrides(db))(personId)
    const entry = { id: key, actor, action: `release.${change.kind}`, personId, reason: reason.trim() }
    const { kind: _, ...asked } = change
    if (!(await recordOnce(inside, entry, asked, personCode(overrides.person)))) return overrides.person
    const holdings = file.grants
      .filter(({ course }) => course === COURSE)
      .map(({ startsAt, revokedAt }) => ({ startsAt, endedAt: revokedAt }))
    const now = ctx.clock.now()
    // Another process may answer by the old row for some seconds: what opens for the learner until then is kept too.
    const open = openFor(ctx, overrides, holdings, new Date(now.getTime() + GRACE_MS))
    const next = changedFor(overrides.person, changeOf(overrides.person, change), open, now)
    await writeOverride(db, `person:${personId}`, next, now)
    return next
  })
  forgetSchedule(ctx)
  return changed
}

function changeOf(
  person: PersonRelease,
  change: PersonChange,
): Partial<Pick<PersonRelease, 'shiftDays' | 'allOpen' | 'pauses'>> {
  switch (change.kind) {
    case 'shift':
      return { shiftDays: checkShift(change.days) }
    case 'pause':
      return { pauses: withPause(person.pauses, { from: change.from, to: change.to }) }
    case 'open':
      return { allOpen: true }
    default:
      return undone(person, change.what, change.from)
  }
}

function undone(person: PersonRelease, what: 'shift' | 'open' | 'pause', from: string) {
  const pauses = person.pauses.filter((pause) => pause.from !== from)
  const isThere = { shift: person.shiftDays !== 0, open: person.allOpen, pause: pauses.length < person.pauses.length }
  if (!isThere[what]) throw new AppError('conflict', 'nothing to take back')
  return { shift: { shiftDays: 0 }, open: { allOpen: false }, pause: { pauses } }[what]
}

/** Lesson → when it opened, for the lessons that are open at `at`; empty for somebody who never had the course. */
function openFor(
  ctx: Ctx,
  overrides: Parameters<typeof ruleFor>[2],
  holdings: Holding[],
  at: Date,
): Record<string, Date | null> {
  if (holdings.length === 0) return {}
  return Object.fromEntries(
    ctx.content.course().lessons.flatMap((lesson) => {
      const { open, opensAt } = release(lesson, holdings, ruleFor(lesson, ctx.content.releases(), overrides), at)
      return open ? [[lesson.id, opensAt]] : []
    }),
  )
}
