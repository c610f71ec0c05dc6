import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { courseView } from '#domain/learning/courseView.ts'
import { lessonView } from '#domain/learning/lessonView.ts'
import { playLesson } from '#domain/learning/playLesson.ts'
import { changePerson, type PersonChange } from '#domain/learning/releases/changePerson.ts'
import { noteSchedule } from '#domain/learning/releases/noteSchedule.ts'
import { previewReleases } from '#domain/learning/releases/previewReleases.ts'
import { forgetSchedule } from '#domain/learning/releases/schedule.ts'
import { scheduleView } from '#domain/learning/releases/scheduleView.ts'
import { setRule } from '#domain/learning/releases/setRule.ts'
import { AppError } from '#errors'
import type { Lesson, ReleasePlan, ReleaseRule } from '#ports'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'
import { codeOf, type LearningWorld, openLearning } from '../../kit/learning.ts'

/** What opens when, for whom, and that nothing ever locks again: on real rows, with a clock that moves. */

let database: TestDatabase
let world: LearningWorld
let lessons: Lesson[]
let file: ReleasePlan

const DAY = 86_400_000
const far: ReleaseRule = { kind: 'date', at: '2099-01-01T06:00' }
const drip = (days: number): ReleaseRule => ({ kind: 'days', days, time: '06:00' })

beforeAll(async () => {
  database = await copyDatabase(inject('postgresUrl'))
  world = await openLearning(database.url)
  file = world.ctx.content.releases()
  lessons = world.ctx.content.course().lessons.filter((lesson) => !lesson.free)
})
afterAll(async () => {
  await world?.close()
  await database?.drop()
})
afterEach(async () => {
  world.plan(file)
  await database.query('truncate release_override, release_rule')
  forgetSchedule(world.ctx)
})

const set = (target: string, rule: ReleaseRule | null, key: string = randomUUID()) =>
  setRule(world.ctx, { target, rule, reason: 'Test', actor: 'cli', key })
const change = (viewer: Viewer, wish: PersonChange, key: string = randomUUID()) =>
  changePerson(world.ctx, { personId: viewer.personId, change: wish, reason: 'Test', actor: 'cli', key })

/** Ids of the lessons that page and player agree to be open. */
async function openFor(viewer: Viewer): Promise<Set<string>> {
  forgetSchedule(world.ctx)
  const view = await courseView(world.ctx, viewer)
  const rows = view.modules.flatMap((module) => module.lessons).filter(({ free }) => !free)
  const open = rows.filter(({ lock }) => lock === null)
  const sample = [rows[0]!, rows[10]!, rows.at(-1)!]
  for (const row of sample) {
    const code = await codeOf(
      playLesson(world.ctx, { lessonId: row.id, viewer: { ...viewer, personId: viewer.personId } }),
    )
    expect([row.id, code]).toEqual([row.id, row.lock ?? 'none'])
  }
  await database.query('delete from lesson_opened')
  return new Set(open.map(({ id }) => id))
}

const one = () => lessons[0]!

describe('the schedule', () => {
  test('a rule set by hand locks whoever buys after it, and nobody who had it open', async () => {
    await noteSchedule(world.ctx)
    const before = await world.learner()
    world.pass(1_000)
    await set(`lesson:${one().id}`, far)
    world.pass(1_000)
    const after = await world.learner()
    expect((await openFor(before)).has(one().id)).toBe(true)
    expect((await openFor(after)).has(one().id)).toBe(false)
    expect((await openFor(after)).size).toBe(lessons.length - 1)
    const page = await lessonView(world.ctx, { slug: one().slug, viewer: after })
    expect(page.lesson).toMatchObject({ lock: 'not_released', opensAt: new Date('2099-01-01T05:00:00Z') })
    expect(page.openNow?.lock).toBeNull()
    await set(`lesson:${one().id}`, null)
    expect((await openFor(after)).has(one().id)).toBe(true)
  })

  test('a module’s row counts for its lessons, a lesson’s row before it', async () => {
    await noteSchedule(world.ctx)
    const { moduleId } = one()
    world.pass(1_000)
    await set(`module:${moduleId}`, drip(3))
    await set(`lesson:${one().id}`, { kind: 'now' })
    world.pass(1_000)
    const learner = await world.learner()
    const open = await openFor(learner)
    const inModule = lessons.filter((lesson) => lesson.moduleId === moduleId)
    expect(inModule.map(({ id }) => open.has(id))).toEqual(inModule.map(({ id }) => id === one().id))
    world.pass(4 * DAY)
    expect((await openFor(learner)).size).toBe(lessons.length)
    const { rows, drip: isDrip } = await scheduleView(world.ctx)
    const sources = rows.filter(({ target }) => [`module:${moduleId}`, `lesson:${one().id}`].includes(target))
    expect(sources.map(({ source }) => source)).toEqual(['module-row', 'lesson-row'])
    expect(isDrip).toBe(true)
  })

  test('a changed file opens by both schedules until it is noted, and never locks after', async () => {
    await noteSchedule(world.ctx)
    const before = await world.learner()
    world.pass(1_000)
    world.plan({ default: drip(10), modules: {}, lessons: {} })
    expect((await openFor(before)).size).toBe(lessons.length)
    await Promise.all([noteSchedule(world.ctx), noteSchedule(world.ctx)])
    world.pass(1_000)
    expect((await openFor(before)).size).toBe(lessons.length)
    const after = await world.learner()
    expect((await openFor(after)).size).toBe(0)
    world.pass(11 * DAY)
    expect((await openFor(after)).size).toBe(lessons.length)
    world.plan({ default: far, modules: {}, lessons: {} })
    expect(await noteSchedule(world.ctx)).toEqual({ changed: lessons.length })
    expect(await noteSchedule(world.ctx)).toEqual({ changed: 0 })
    expect((await openFor(after)).size).toBe(lessons.length)
  })

  test('a lesson that comes new with a date is closed for everybody, also for those who had all of the others', async () => {
    const course = world.ctx.content.course()
    const { content } = world.ctx
    const older = { ...course, lessons: course.lessons.filter(({ id }) => id !== one().id) }
    await noteSchedule({ ...world.ctx, content: { ...content, course: () => older } })
    const learner = await world.learner()
    world.pass(1_000)
    world.plan({ default: { kind: 'now' }, modules: {}, lessons: { [one().id]: far } })
    await noteSchedule(world.ctx)
    expect((await openFor(learner)).has(one().id)).toBe(false)
  })

  test('of two purchases the first is refunded: what it had opened stays', async () => {
    world.plan({ default: drip(5), modules: {}, lessons: { [one().id]: drip(20) } })
    await noteSchedule(world.ctx)
    const learner = await world.learner()
    world.pass(8 * DAY)
    const opened = await openFor(learner)
    expect(opened.size).toBe(lessons.length - 1)
    const second = { personId: learner.personId, course: 'kurs', source: `hand:${randomUUID()}` }
    await ensureGrant(world.ctx, { ...second, startsAt: world.ctx.clock.now() })
    await revokeGrant(world.ctx, { source: `hand:${learner.personId}`, reason: 'refunded' })
    expect(await openFor(learner)).toEqual(opened)
    world.pass(19 * DAY)
    expect(await openFor(learner)).toEqual(opened)
    world.pass(2 * DAY)
    expect((await openFor(learner)).size).toBe(lessons.length)
  })

  test.each([
    ['lesson:gibts-nicht', { kind: 'now' }, 'not_found'],
    ['module:gibts-nicht', { kind: 'now' }, 'not_found'],
    ['person:x', { kind: 'now' }, 'not_found'],
    ['', { kind: 'now' }, 'not_found'],
    ['lesson', null, 'conflict'],
    ['lesson', { kind: 'date', at: '2026-02-30T06:00' }, 'invalid_input'],
    ['lesson', { kind: 'date', at: '9999-01-01T06:00' }, 'invalid_input'],
    ['lesson', { kind: 'date', at: '2026-12-01T25:00' }, 'invalid_input'],
    ['lesson', { kind: 'date', at: 'bald' }, 'invalid_input'],
    ['lesson', { kind: 'days', days: 1e9, time: '06:00' }, 'invalid_input'],
    ['lesson', { kind: 'days', days: -1, time: '06:00' }, 'invalid_input'],
    ['lesson', { kind: 'days', days: 1.5, time: '06:00' }, 'invalid_input'],
    ['lesson', { kind: 'days', days: Number.NaN, time: '06:00' }, 'invalid_input'],
    ['lesson', { kind: 'days', days: 1, time: '6 Uhr' }, 'invalid_input'],
  ] as [string, ReleaseRule | null, string][])('%s with %j is refused: %s', async (target, rule, code) => {
    const rows = 'select count(*)::int as n from release_override union all select count(*)::int from audit_entry'
    const before = await database.query(rows)
    expect(await codeOf(set(target === 'lesson' ? `lesson:${one().id}` : target, rule))).toBe(code)
    expect(await database.query(rows)).toEqual(before)
  })

  test('the same click twice is one change; another wish under its key is refused', async () => {
    const key = randomUUID()
    await set(`lesson:${one().id}`, far, key)
    await set(`lesson:${one().id}`, far, key)
    expect(await codeOf(set(`lesson:${one().id}`, drip(1), key))).toBe('conflict')
    expect(await database.query('select detail from audit_entry where id = $1', [key])).toEqual([
      { detail: { rule: 'date 2099-01-01T06:00', before: 'file' } },
    ])
  })
})

describe('one learner', () => {
  // At six in the morning, today's lesson would be open or not by the hour at which the tests run.
  const fromMidnight = (days: number): ReleaseRule => ({ kind: 'days', days, time: '00:00' })
  const closed: ReleasePlan = { default: fromMidnight(10), modules: {}, lessons: {} }

  test('a shift moves only what is not open yet, and can be taken back', async () => {
    world.plan({ ...closed, lessons: { [one().id]: fromMidnight(0) } })
    const learner = await world.learner()
    const opensAt = async () => {
      forgetSchedule(world.ctx)
      return (await courseView(world.ctx, learner)).opensNext?.at.getTime() ?? 0
    }
    const first = await opensAt()
    expect((await change(learner, { kind: 'shift', days: 7 })).shiftDays).toBe(7)
    // A clock change in between would make it an hour more or less.
    expect(Math.abs((await opensAt()) - first - 7 * DAY)).toBeLessThanOrEqual(3_600_000)
    expect((await openFor(learner)).has(one().id)).toBe(true)
    await change(learner, { kind: 'undo', what: 'shift', from: '' })
    expect(await opensAt()).toBe(first)
    expect(await codeOf(change(learner, { kind: 'undo', what: 'shift', from: '' }))).toBe('conflict')
    await change(learner, { kind: 'shift', days: -10 })
    expect((await openFor(learner)).size).toBe(lessons.length)
    await change(learner, { kind: 'undo', what: 'shift', from: '' })
    expect((await openFor(learner)).size).toBe(lessons.length)
  })

  test('„alles offen“ is for this person only, and for what comes later only as long as it stands', async () => {
    world.plan(closed)
    const [learner, other] = [await world.learner(), await world.learner()]
    await change(learner, { kind: 'open' })
    expect((await openFor(learner)).size).toBe(lessons.length)
    expect((await openFor(other)).size).toBe(0)
    await change(learner, { kind: 'undo', what: 'open', from: '' })
    expect((await openFor(learner)).size).toBe(lessons.length)
  })

  test('a pause moves what is still to come by its length', async () => {
    world.plan(closed)
    const learner = await world.learner()
    const day = (ms: number) => new Date(world.ctx.clock.now().getTime() + ms).toISOString().slice(0, 10)
    const pause = { from: day(2 * DAY), to: day(4 * DAY) }
    await change(learner, { kind: 'pause', ...pause })
    expect(await codeOf(change(learner, { kind: 'pause', from: day(4 * DAY), to: day(9 * DAY) }))).toBe('invalid_input')
    world.pass(11 * DAY)
    expect((await openFor(learner)).size).toBe(0)
    world.pass(3 * DAY)
    expect((await openFor(learner)).size).toBe(lessons.length)
    await change(learner, { kind: 'undo', what: 'pause', from: pause.from })
    expect(await codeOf(change(learner, { kind: 'undo', what: 'pause', from: pause.from }))).toBe('conflict')
  })

  test.each([
    [{ kind: 'shift', days: 0 }],
    [{ kind: 'shift', days: 1e9 }],
    [{ kind: 'shift', days: -366 }],
    [{ kind: 'shift', days: 1.5 }],
    [{ kind: 'shift', days: Number.NaN }],
    [{ kind: 'pause', from: '2026-12-14', to: '2026-12-01' }],
    [{ kind: 'pause', from: '2026-12-01', to: '2028-12-01' }],
    [{ kind: 'pause', from: '2026-02-30', to: '2026-03-01' }],
    [{ kind: 'pause', from: 'morgen', to: 'bald' }],
    [{ kind: 'pause', from: '', to: '' }],
  ] as [PersonChange][])('%j is refused and changes nothing', async (wish) => {
    const learner = await world.learner()
    expect(await codeOf(change(learner, wish))).toBe('invalid_input')
    expect(await database.query('select 1 from release_override')).toEqual([])
  })

  test('nobody unknown can be changed, and a key stands for one change', async () => {
    const learner = await world.learner()
    expect(await codeOf(change({ ...learner, personId: randomUUID() }, { kind: 'open' }))).toBe('not_found')
    expect(await codeOf(change({ ...learner, personId: 'unsinn' }, { kind: 'open' }))).toBe('not_found')
    const key = randomUUID()
    await change(learner, { kind: 'shift', days: 3 }, key)
    expect((await change(learner, { kind: 'shift', days: 3 }, key)).shiftDays).toBe(3)
    expect(await codeOf(change(learner, { kind: 'shift', days: 4 }, key))).toBe('conflict')
  })
})

test('one question that goes unanswered, while the server counts as there, closes no page', async () => {
  const learner = await world.learner()
  const unanswered = new Proxy(world.ctx.db.q, {
    get() {
      throw new AppError('database_unavailable', 'this one took too long')
    },
  })
  // A process that has not asked before: nothing is remembered.
  const ctx = {
    ...world.ctx,
    db: { ...world.ctx.db, q: unanswered, health: () => ({ ...world.ctx.db.health(), up: true }) },
  }
  const [free] = world.ctx.content.course().lessons.filter((lesson) => lesson.free) as [Lesson]
  expect((await lessonView(ctx, { slug: free.slug, viewer: null })).html).not.toBeNull()
  expect((await lessonView(ctx, { slug: lessons[0]!.slug, viewer: learner })).degraded).toBe(true)
  await expect(playLesson(ctx, { lessonId: lessons[0]!.id, viewer: learner })).resolves.toMatchObject({
    resumeAt: null,
  })
})

describe('the preview', () => {
  test('is the answer learners get, for any purchase day and for a person', async () => {
    world.plan({ default: drip(7), modules: {}, lessons: { [one().id]: { kind: 'date', at: '2027-03-28T02:30' } } })
    const preview = await previewReleases(world.ctx, { day: '2026-10-24', personId: null })
    const byDay = preview.days.map(({ at, day, lessons: of }) => [at?.toISOString() ?? null, day, of.length])
    const total = world.ctx.content.course().lessons.length
    expect(byDay).toEqual([
      [null, null, total - lessons.length],
      ['2026-10-31T05:00:00.000Z', 7, lessons.length - 1],
      ['2027-03-28T01:30:00.000Z', 155, 1],
    ])
    const learner = await world.learner()
    await change(learner, { kind: 'shift', days: 2 })
    const own = await previewReleases(world.ctx, { day: null, personId: learner.personId })
    const view = await courseView(world.ctx, learner)
    const shown = new Map(view.modules.flatMap((module) => module.lessons).map((row) => [row.id, row.opensAt]))
    for (const { at, lessons: of } of own.days) for (const { id } of of) expect(shown.get(id)).toEqual(at)
    const stranger = await world.learner({ course: false })
    expect(await previewReleases(world.ctx, { day: null, personId: stranger.personId })).toMatchObject({ days: [] })
  })

  test.each(['2026-02-30', '1999-01-01', '2100-01-01', 'heute', "' or 1=1"])('%s is no day', async (day) => {
    expect(await codeOf(previewReleases(world.ctx, { day, personId: null }))).toBe('invalid_input')
  })
})
