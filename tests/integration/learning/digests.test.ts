import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import { digestDue } from '#domain/learning/releases/digestRules.ts'
import { noteSchedule } from '#domain/learning/releases/noteSchedule.ts'
import { sendDigests } from '#domain/learning/releases/sendDigests.ts'
import { setReleaseMails } from '#domain/learning/settings/setReleaseMails.ts'
import { markOpened, writeProgress } from '#domain/learning/store.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import type { Ctx, Lesson, ReleasePlan } from '#ports'
import { caughtJobs } from '../../kit/caughtJobs.ts'
import { openDoor } from '../../kit/door.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** The morning's digest on real rows and the mail emulator. The test plays the clock and the worker. */

let world: World
let ctx: Ctx
let now = new Date()
let plan: ReleasePlan
let lessons: Lesson[]
let file: ReleasePlan
const queued: string[] = []

const at = (berlin: string) => berlinInstant(berlin)!
/** Lesson `n` (from 0) opens `n + 1` days after the purchase, at six. */
const daily = (): ReleasePlan => ({
  default: { kind: 'date', at: '2099-01-01T06:00' },
  modules: {},
  lessons: Object.fromEntries(
    lessons.slice(0, 10).map(({ id }, n) => [id, { kind: 'days', days: n + 1, time: '06:00' }]),
  ),
})

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  await world.fault('resend', { kind: 'drop' })
  file = world.ctx.content.releases()
  lessons = world.ctx.content.course().lessons.filter((lesson) => !lesson.free)
  ctx = {
    ...world.ctx,
    clock: { now: () => now },
    content: { ...world.ctx.content, releases: () => plan },
    jobs: caughtJobs(
      world.ctx.jobs,
      async (_db, _name, data) => void queued.push((data as { letterId: string }).letterId),
    ),
  }
})
afterAll(() => world?.close())
beforeEach(async () => {
  plan = daily()
  now = at('2026-12-01T12:00')
})
afterEach(async () => {
  plan = file
  queued.length = 0
  await world.database.query(
    'truncate access_grant, release_rule, release_override, lesson_announced, lesson_opened, progress, learner_setting, letter',
  )
  await world.clearFaults('resend')
})

async function buyer(name: string, boughtAt: Date): Promise<{ personId: string; email: string }> {
  const email = `${name}-${randomUUID()}@example.de`
  const { personId } = await findOrCreatePerson(ctx, { email, createdBy: 'test' })
  await ensureGrant(ctx, { personId, course: 'kurs', source: `hand:${personId}`, startsAt: boughtAt })
  return { personId, email }
}

/** A worker that starts at this moment: it has looked through nothing yet. */
async function morning(when: string): Promise<number> {
  now = at(when)
  const own = { ...ctx, db: Object.create(ctx.db) as Ctx['db'] }
  return (await sendDigests(own)).written
}

interface Told {
  state: string
  unique_key: string
  inputs: { data: { lessons: { id: string }[] } }
}
const toldTo = async (personId: string) =>
  (
    await world.database.query<Told & Record<string, unknown>>(
      `select state, unique_key, inputs from letter where kind = 'release_digest' and person_id = $1 order by created_at`,
      [personId],
    )
  ).map(({ state, inputs, unique_key }) => ({
    state,
    day: unique_key.split(':')[2],
    lessons: inputs.data.lessons.map(({ id }) => id),
  }))
const ids = (...places: number[]) => places.map((place) => lessons[place]!.id)

describe('when', () => {
  test('from seven to eight in the evening, by the clock in Berlin, also on the days on which it changes', () => {
    const cases: [string, string | null][] = [
      ['2026-10-24T05:00:00Z', '2026-10-24'],
      ['2026-10-25T05:59:59Z', null],
      ['2026-10-25T06:00:00Z', '2026-10-25'],
      ['2027-03-28T04:59:59Z', null],
      ['2027-03-28T05:00:00Z', '2027-03-28'],
      ['2026-12-01T18:59:59Z', '2026-12-01'],
      ['2026-12-01T19:00:00Z', null],
      ['2026-11-30T23:30:00Z', null],
    ]
    for (const [moment, day] of cases) expect([moment, digestDue(new Date(moment))?.day ?? null]).toEqual([moment, day])
  })

  test('nothing at night, one letter in the morning, and what opens after seven waits for the next', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    plan.lessons[lessons[4]!.id] = { kind: 'days', days: 1, time: '12:00' }
    expect(await morning('2026-12-02T06:59')).toBe(0)
    expect(await morning('2026-12-02T07:00')).toBe(1)
    await sendLetter(ctx, queued[0]!)
    expect(await morning('2026-12-02T12:30')).toBe(0)
    expect(await morning('2026-12-03T07:00')).toBe(1)
    expect(await toldTo(personId)).toEqual([
      { state: 'handed_over', day: '2026-12-02', lessons: ids(0) },
      { state: 'queued', day: '2026-12-03', lessons: ids(1, 4) },
    ])
  })
})

describe('what', () => {
  test('nothing of a course that opens at once, and nothing that was open from the purchase on', async () => {
    plan = { default: { kind: 'now' }, modules: {}, lessons: {} }
    await buyer('anna', at('2026-12-01T12:00'))
    expect(await morning('2026-12-02T07:00')).toBe(0)
    plan = { default: { kind: 'date', at: '2026-12-01T06:00' }, modules: {}, lessons: {} }
    expect(await morning('2026-12-02T07:00')).toBe(0)
  })

  test('nothing that was opened or watched already, or opened long ago', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    await markOpened(ctx.db, personId, lessons[0]!.id, now)
    const state = { lessonId: lessons[1]!.id, ranges: [[0, 5000]] as [number, number][], positionMs: 5000 }
    const unmarked = { doneMark: null, doneMarkAt: null, completedAt: null }
    await writeProgress(ctx.db, [{ personId, state: { ...state, ...unmarked, positionAt: now }, thresholdMs: 100_000 }])
    expect(await morning('2026-12-03T07:00')).toBe(0)
    expect(await morning('2026-12-04T07:00')).toBe(1)
    expect(await toldTo(personId)).toMatchObject([{ lessons: ids(2) }])
    const long = await buyer('berta', at('2026-11-01T12:00'))
    expect(await morning('2026-12-04T08:00')).toBe(0)
    expect(await toldTo(long.personId)).toEqual([])
  })

  test('what a former plan opened is told too; what was opened by hand is not', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    await noteSchedule(ctx)
    now = at('2026-12-02T06:30')
    plan = { default: { kind: 'date', at: '2099-01-01T06:00' }, modules: {}, lessons: {} }
    await noteSchedule(ctx)
    expect(await morning('2026-12-02T07:00')).toBe(1)
    expect(await toldTo(personId)).toMatchObject([{ lessons: ids(0) }])
    now = at('2026-12-02T09:00')
    plan = { default: { kind: 'now' }, modules: {}, lessons: {} }
    await noteSchedule(ctx)
    expect(await morning('2026-12-03T07:00')).toBe(0)
  })

  test('nothing to those whose access ended', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    await world.database.query('update access_grant set revoked_at = now() where person_id = $1', [personId])
    expect(await morning('2026-12-02T07:00')).toBe(0)
  })
})

describe('once', () => {
  test('five workers at once, each many times: one letter each', async () => {
    const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => buyer(name, at('2026-12-01T12:00'))))
    now = at('2026-12-02T07:00')
    const worker = () => ({ ...ctx, db: Object.create(ctx.db) as Ctx['db'] })
    const written = await Promise.all(Array.from({ length: 15 }, async () => (await sendDigests(worker())).written))
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(people.length)
    for (const { personId } of people) expect(await toldTo(personId)).toMatchObject([{ lessons: ids(0) }])
    expect(queued).toHaveLength(people.length)
  })

  test('a worker that dies in the middle has told nobody twice and nobody too little', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    now = at('2026-12-02T07:00')
    const dying = {
      ...ctx,
      db: Object.create(ctx.db) as Ctx['db'],
      jobs: caughtJobs(ctx.jobs, () => Promise.reject(new Error('killed'))),
    }
    await expect(sendDigests(dying as Ctx)).rejects.toThrow('killed')
    expect(await toldTo(personId)).toEqual([])
    expect(await morning('2026-12-02T07:01')).toBe(1)
    expect(await toldTo(personId)).toMatchObject([{ lessons: ids(0) }])
  })

  test('after days without a worker there is one letter, and not five', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    expect(await morning('2026-12-07T09:00')).toBe(1)
    expect(await toldTo(personId)).toMatchObject([{ day: '2026-12-07', lessons: ids(0, 1, 2, 3, 4, 5) }])
  })

  test('after days without the mail service there is one mail, with all that is still news', async () => {
    const { personId, email } = await buyer('anna', at('2026-12-01T12:00'))
    await world.fault('resend', { kind: 'status', status: 503 })
    for (const day of ['02', '03', '04']) {
      await morning(`2026-12-${day}T07:00`)
      const letter = queued.at(-1)!
      await expect(sendLetter(ctx, letter)).rejects.toMatchObject({ failure: 'refused' })
    }
    await markOpened(ctx.db, personId, lessons[1]!.id, now)
    await world.clearFaults('resend')
    await morning('2026-12-05T07:00')
    for (const letter of queued) await sendLetter(ctx, letter)
    expect((await toldTo(personId)).map(({ state }) => state)).toEqual(['dropped', 'dropped', 'dropped', 'handed_over'])
    const mails = await world.mails(email)
    expect(mails).toHaveLength(1)
    expect(mails[0]!.subject).toBe('Neu offen: 3 Lektionen')
    for (const place of [0, 2, 3]) expect(mails[0]!.text).toContain(lessons[place]!.title)
    expect(mails[0]!.text).not.toContain(lessons[1]!.title)
  })

  test('a letter that may be on its way stays the only one until that is known', async () => {
    const { personId, email } = await buyer('anna', at('2026-12-01T12:00'))
    await morning('2026-12-02T07:00')
    await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
    await expect(sendLetter(ctx, queued[0]!)).rejects.toMatchObject({ ambiguous: true })
    expect(await morning('2026-12-03T07:00')).toBe(0)
    await sendLetter(ctx, queued[0]!)
    expect(await world.mails(email)).toHaveLength(1)
    expect(await morning('2026-12-04T07:00')).toBe(1)
    expect((await toldTo(personId)).at(-1)).toMatchObject({ lessons: ids(1, 2) })
  })
})

describe('the off switch', () => {
  test('who wants none gets none, and no backlog after turning them on again', async () => {
    const { personId } = await buyer('anna', at('2026-12-01T12:00'))
    await setReleaseMails(ctx, { personId, on: false })
    expect(await morning('2026-12-02T07:00')).toBe(0)
    await setReleaseMails(ctx, { personId, on: true })
    expect(await morning('2026-12-03T07:00')).toBe(1)
    expect(await toldTo(personId)).toMatchObject([{ lessons: ids(1) }])
    await setReleaseMails(ctx, { personId, on: false })
    expect(await toldTo(personId)).toMatchObject([{ state: 'dropped' }])
  })

  test('the letter carries the link and the header, the same bytes each time, and the operator sees neither', async () => {
    const { personId, email } = await buyer('anna', at('2026-12-01T12:00'))
    await morning('2026-12-02T07:00')
    await world.fault('resend', { kind: 'reset', when: 'after', times: 1 })
    await expect(sendLetter(ctx, queued[0]!)).rejects.toThrow()
    await sendLetter(ctx, queued[0]!)
    const [mail, ...more] = (await world.mails(email)) as unknown as {
      id: string
      text: string
      headers: Record<string, string>
    }[]
    expect(more).toEqual([])
    const token = ctx.tokens.mailOffToken(personId, ctx.tokens.linkKeyId)
    expect(mail!.text).toContain(`${world.url}/mails-aus?token=${token}`)
    expect(mail!.headers).toMatchObject({
      'List-Unsubscribe': `<${world.url}/api/mail-off?token=${token}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    const { preview } = (await getLetter(ctx, queued[0]!))!
    expect(`${preview?.html}${preview?.text}`).not.toContain(token)
  })

  test('works by POST without a login, from a form and from a mail program; nothing else does anything', async () => {
    const door = openDoor(world.platform, { '/api/mail-off': () => import('#app/api/mail-off/route.ts') })
    const { personId } = await buyer('anna', now)
    const token = ctx.tokens.mailOffToken(personId, ctx.tokens.linkKeyId)
    const isOn = async () =>
      (await world.database.query('select 1 from learner_setting where release_mails = false')).length === 0
    for (const wrong of ['', 'x', token.slice(0, -1), 'A'.repeat(65), 'x'.repeat(5_000), "' or 1=1"]) {
      const answer = await door().post('/api/mail-off', { token: wrong })
      expect([wrong.slice(0, 20), answer.status]).toEqual([wrong.slice(0, 20), 400])
    }
    expect((await door().submit('/api/mail-off', { token: 'x' })).headers.get('location')).toBe(
      '/mails-aus?token=x&fehler=link_unusable',
    )
    expect(await isOn()).toBe(true)
    const form = await door().submit('/api/mail-off', { token })
    expect([form.status, form.headers.get('location')]).toEqual([303, '/mails-aus?stand=aus'])
    expect(await isOn()).toBe(false)
    await setReleaseMails(ctx, { personId, on: true })
    // A mail program's server: no origin, no cookie, nothing a browser would send.
    const { POST } = await import('#app/api/mail-off/route.ts')
    const oneClick = await POST(
      new Request(`${world.url}/api/mail-off?token=${token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-client-ip': '10.3.3.3' },
        body: 'List-Unsubscribe=One-Click',
      }),
      {},
    )
    expect(oneClick.status).toBe(200)
    expect(await isOn()).toBe(false)
  })
})
