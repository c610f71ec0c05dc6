import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, berlinDay } from '#domain/calendar/berlinDays.ts'
import type { ReleaseRule } from '#ports'
import { changedFor, type Holding, noChange, type PastRule, type PersonRelease, release } from './release.ts'
import { standingChange } from './rules.ts'

/**
 * Whatever is bought, refunded, planned, shifted, paused and opened by hand, in whatever order: nothing locks again.
 */

const lessons = ['l1', 'l2', 'l3'].map((id) => ({ id, free: false }))
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

interface Story {
  now: Date
  /** The present rules of files and rows, and the rules that the worker has noted. */
  rules: Map<string, ReleaseRule>
  noted: Map<string, { rule: ReleaseRule; since: Date }>
  past: Map<string, PastRule[]>
  person: PersonRelease
  holdings: Holding[]
}

// Around the nights in which the clocks change, so that many instants fall into them.
const starts = fc.constantFrom(
  '2026-10-24T21:30:00Z',
  '2026-10-25T00:15:00Z',
  '2027-03-27T22:45:00Z',
  '2027-03-28T00:30:00Z',
  '2026-12-31T23:00:00Z',
)
const times = fc.constantFrom('00:00', '02:30', '03:00', '06:00', '23:59')
const rules = fc.oneof(
  fc.constant<ReleaseRule>({ kind: 'now' }),
  fc.record({ kind: fc.constant('days' as const), days: fc.nat(40), time: times }),
  fc
    .tuple(fc.constantFrom('2026-10-25', '2026-11-10', '2027-01-15', '2027-03-28', '2027-05-01', '2099-01-01'), times)
    .map(([day, time]): ReleaseRule => ({ kind: 'date', at: `${day}T${time}` })),
)
const schedules = fc.tuple(rules, rules, rules)
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.nat(12 * 24 * 60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const), rules: schedules, noted: fc.boolean() }) },
  fc.record({ kind: fc.constant('shift' as const), days: fc.integer({ min: -30, max: 30 }) }),
  fc.record({ kind: fc.constant('pause' as const), in: fc.integer({ min: -20, max: 20 }), length: fc.nat(30) }),
  fc.record({ kind: fc.constant('resume' as const) }),
  fc.record({ kind: fc.constant('open' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('buy' as const) }),
  fc.record({ kind: fc.constantFrom('end' as const, 'reopen' as const), which: fc.nat(3) }),
)
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never

const openIn = (story: Story): Map<string, Date | null> =>
  new Map(
    lessons.flatMap((lesson): [string, Date | null][] => {
      const rule = story.rules.get(lesson.id)!
      const noted = story.noted.get(lesson.id)
      const past = [...(story.past.get(lesson.id) ?? []), ...(noted ? [{ rule: noted.rule, until: null }] : [])]
      const { open, opensAt } = release(lesson, story.holdings, { rule, past, person: story.person }, story.now)
      return open ? [[lesson.id, opensAt]] : []
    }),
  )

function note(story: Story): Story {
  const { ended, begun } = standingChange(story.noted, story.rules)
  const [past, noted] = [new Map(story.past), new Map(story.noted)]
  for (const id of ended) {
    past.set(id, [...(past.get(id) ?? []), { rule: noted.get(id)!.rule, until: story.now }])
    noted.delete(id)
  }
  for (const { lessonId, rule } of begun) noted.set(lessonId, { rule, since: story.now })
  return { ...story, past, noted }
}

const changed = (story: Story, change: Partial<PersonRelease>): Story => ({
  ...story,
  person: changedFor(story.person, change, Object.fromEntries(openIn(story)), story.now),
})

function after(story: Story, step: Step): Story {
  switch (step.kind) {
    case 'wait':
      return { ...story, now: new Date(story.now.getTime() + step.minutes * MINUTE) }
    case 'plan': {
      // A second change of the file finds the first one noted: the worker does that when it starts.
      const next = { ...note(story), rules: new Map(lessons.map(({ id }, index) => [id, step.rules[index]!])) }
      return step.noted ? note(next) : next
    }
    case 'shift':
      return changed(story, { shiftDays: step.days })
    case 'pause': {
      const from = addDays(berlinDay(story.now), step.in)
      return changed(story, { pauses: [{ from, to: addDays(from, step.length) }] })
    }
    case 'resume':
      return changed(story, { pauses: [] })
    case 'open':
      return changed(story, { allOpen: step.on })
    case 'buy':
      return { ...story, holdings: [...story.holdings, { startsAt: story.now, endedAt: null }] }
    default: {
      const endedAt = step.kind === 'end' ? story.now : null
      const changes = (holding: Holding, index: number) =>
        index === step.which && (step.kind === 'reopen' || holding.endedAt === null)
      return {
        ...story,
        holdings: story.holdings.map((holding, index) => (changes(holding, index) ? { ...holding, endedAt } : holding)),
      }
    }
  }
}

const hasCourse = ({ holdings }: Story) => holdings.some(({ endedAt }) => endedAt === null)

test('what was open once is open ever after, for everybody who has the course', () => {
  fc.assert(
    fc.property(starts, schedules, fc.array(steps, { maxLength: 40 }), (start, first, story) => {
      let now: Story = note({
        now: new Date(start),
        rules: new Map(lessons.map(({ id }, index) => [id, first[index]!])),
        noted: new Map(),
        past: new Map(),
        person: noChange,
        holdings: [{ startsAt: new Date(start), endedAt: null }],
      })
      const seen = new Set<string>()
      for (const step of story) {
        now = after(now, step)
        if (!hasCourse(now)) continue
        const open = openIn(now)
        for (const id of seen) expect(open.has(id)).toBe(true)
        for (const [id, opensAt] of open) {
          seen.add(id)
          if (opensAt) expect(opensAt.getTime()).toBeLessThanOrEqual(now.now.getTime())
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a clock that runs on never locks, to the minute over the nights in which clocks change', () => {
  fc.assert(
    fc.property(starts, rules, fc.nat(40), fc.integer({ min: -10, max: 10 }), (start, rule, days, shiftDays) => {
      const holdings = [{ startsAt: new Date(start), endedAt: null }]
      const override = { rule, past: [], person: { ...noChange, shiftDays } }
      let open = false
      for (let minute = 0; minute < 180; minute++) {
        const now = new Date(new Date(start).getTime() + days * DAY + minute * MINUTE)
        const is = release(lessons[0]!, holdings, override, now).open
        if (open) expect(is).toBe(true)
        open = is
      }
    }),
    { numRuns: 300 },
  )
})
