import ICAL from 'ical.js'
import { expect } from 'vitest'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { addDays, berlinDay } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import { pausePlan } from '#domain/learning/plan/pausePlan.ts'
import { planCalendar } from '#domain/learning/plan/planCalendar.ts'
import { type PlanView, planView } from '#domain/learning/plan/planView.ts'
import { savePlan } from '#domain/learning/plan/savePlan.ts'
import { recordProgress } from '#domain/learning/recordProgress.ts'
import { changePlayerSettings } from '#domain/learning/settings/changePlayerSettings.ts'
import type { Lesson } from '#ports'
import { viewerBehind } from '#tests/kit/viewer.ts'
import { codeOf } from '../../kit/learning.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { until } from '../../kit/until.ts'
import { readLog, type World } from '../../kit/world.ts'

/** „Mein Wochenplan“ and its calendar through the front door. */

let world: World
const wish = { weekdays: [1, 2, 3, 4, 5], minutes: 20, time: '07:30' }

test.beforeAll(async ({ shop }) => {
  world = shop
})

const learner = (options: { kind?: 'proven' | 'unproven'; course?: boolean } = {}) =>
  personIn(world, newAddress('plan'), { course: true, ...options })
async function planner(change: Partial<typeof wish & { startsOn: string }> = {}): Promise<Person> {
  const person = await learner()
  expect((await person.browser.post('/api/plan', { ...wish, ...change })).status).toBe(200)
  return person
}
const view = async ({ browser }: Person) => (await browser.get('/api/plan')).json<PlanView & Record<string, unknown>>()
const rowOf = async ({ personId }: Person) =>
  (
    await world.database.query(
      'select weekdays, minutes, time, starts_on::text, feed_version from week_plan where person_id = $1',
      [personId],
    )
  )[0]

/** The address of the feed, from the page: it stands nowhere else. */
async function feedOf({ browser }: Person): Promise<string> {
  const { text } = await browser.get('/plan')
  const address = /value="(http[^"]+\/plan\/feed\/[^"]+\.ics)"/.exec(text)?.[1]
  expect(address).toBeTruthy()
  return new URL(address!).pathname
}
async function feeding(change?: Parameters<typeof planner>[0]): Promise<{ person: Person; feed: string }> {
  const person = await planner(change)
  expect((await person.browser.post('/api/plan/feed', { change: 'renew' })).status).toBe(200)
  return { person, feed: await feedOf(person) }
}
const stranger = () => world.browser()
const eventsOf = (calendar: string) =>
  new ICAL.Component(ICAL.parse(calendar)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one))

test('a wish becomes dated days over everything that is left', async () => {
  const person = await planner()
  const plan = await view(person)
  const lessons = plan.weeks.flatMap(({ days }) => days.flatMap(({ lessons: own }) => own.map(({ number }) => number)))
  expect(lessons).toEqual(Array.from({ length: 75 }, (_, index) => index + 1))
  expect(plan.remaining.lessons).toBe(75)
  expect(plan.finishesOn).toBe(plan.weeks.at(-1)?.days.at(-1)?.day)
  expect(plan).not.toHaveProperty('feedToken')
  const { status, text } = await person.browser.get('/plan')
  expect(status).toBe(200)
  expect(text).toContain('wenn du so weitergehst')
})

test('what was watched is not planned again, and what was begun only with its rest', async () => {
  const person = await planner()
  const [first, second] = world.ctx.content.course().lessons
  const now = new Date().toISOString()
  const report = (lessonId: string, to: number) => ({
    lessonId,
    ranges: [[0, to]],
    position: to,
    at: now,
    sentAt: now,
    clientId: 'test',
  })
  await person.browser.post('/api/progress', [report(first!.id, first!.durationSeconds), report(second!.id, 60)])
  const plan = await view(person)
  const planned = plan.weeks.flatMap(({ days }) => days.flatMap(({ lessons }) => lessons))
  expect(planned[0]).toMatchObject({ id: second!.id, started: true, seconds: second!.durationSeconds - 60 })
  expect(planned.map(({ id }) => id)).not.toContain(first!.id)
})

test('the plan counts at the speed one watches with', async () => {
  const person = await planner()
  const before = (await view(person)).remaining.seconds
  await world.database.query(`insert into learner_setting (person_id, player) values ($1, '{"rate": 2}')`, [
    person.personId,
  ])
  const after = await view(person)
  expect(after.rate).toBe(2)
  expect(Math.abs(after.remaining.seconds - before / 2)).toBeLessThan(75)
})

test('it can be changed, paused, gone on with and deleted, by plain forms too', async () => {
  const person = await learner()
  const { browser } = person
  const saved = await browser.submit('/api/plan', {
    minutes: '30',
    'weekdays.6': 'on',
    'weekdays.7': 'on',
    time: '10:00',
  })
  expect([saved.status, saved.headers.get('location')]).toEqual([303, '/plan?stand=gespeichert'])
  expect(await rowOf(person)).toMatchObject({ weekdays: [6, 7], minutes: 30, time: '10:00' })
  const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
  expect((await browser.submit('/api/plan/pause', { until: day })).headers.get('location')).toBe('/plan?stand=pause')
  const paused = await view(person)
  expect(paused).toMatchObject({ pausedUntil: day, now: null })
  expect(paused.next!.day >= day).toBe(true)
  expect((await browser.get('/plan')).text).toContain('Pause bis')
  await browser.submit('/api/plan/pause', {})
  expect((await view(person)).pausedUntil).toBeNull()
  expect((await browser.submit('/api/plan/delete', {})).headers.get('location')).toBe('/plan?stand=geloescht')
  expect(await rowOf(person)).toBeUndefined()
  expect((await browser.get('/plan?stand=geloescht')).text).toContain('Der Plan ist gelöscht.')
})

test.each<[string, Record<string, unknown>, string]>([
  ['zero minutes', { minutes: 0 }, 'minutes'],
  ['negative minutes', { minutes: -20 }, 'minutes'],
  ['a thousand million minutes', { minutes: 1e9 }, 'minutes'],
  ['minutes that are no number', { minutes: 'NaN' }, 'minutes'],
  ['no weekdays', { weekdays: [] }, 'weekdays'],
  ['a hundred weekdays', { weekdays: Array.from({ length: 100 }, () => 1) }, 'weekdays'],
  ['more than a hundred weekdays', { weekdays: Array.from({ length: 200 }, () => 1) }, 'weekdays'],
  ['weekdays that are words', { weekdays: ['Montag'] }, 'weekdays'],
  ['25 o’clock', { time: '25:00' }, 'time'],
  ['a start in the past', { startsOn: '2020-01-01' }, 'startsOn'],
  ['a start in the year 9999', { startsOn: '9999-01-01' }, 'startsOn'],
])('%s: a sentence, and nothing changed', async (_, change, field) => {
  const person = await planner()
  const before = await rowOf(person)
  const answer = await person.browser.post('/api/plan', { ...wish, ...change })
  const { error } = answer.json<{ error: { code: string; fields: Record<string, string> } }>()
  expect([answer.status, error.code, Object.keys(error.fields)]).toEqual([400, 'invalid_input', [field]])
  expect(error.fields[field]).toMatch(/\.$/)
  expect(await rowOf(person)).toEqual(before)
})

test('a form that is refused says on the page what is allowed', async () => {
  const { browser } = await learner()
  const refused = await browser.submit('/api/plan', { minutes: '20', time: '07:30' })
  expect(refused.headers.get('location')).toBe('/plan?fehler=invalid_input')
  expect((await browser.get('/plan?fehler=invalid_input')).text).toContain('mindestens ein Wochentag')
})

test.each([
  ['today', new Date().toISOString().slice(0, 10)],
  ['a day long gone', '2020-01-01'],
  ['the year 9999', '9999-12-31'],
  ['no day', 'irgendwann'],
])('a pause until %s is refused, and nothing changed', async (_, day) => {
  const person = await planner()
  const before = await rowOf(person)
  const answer = await person.browser.post('/api/plan/pause', { until: day })
  expect([answer.status, Object.keys(answer.json<{ error: { fields: object } }>().error.fields)]).toEqual([
    400,
    ['until'],
  ])
  expect(await rowOf(person)).toEqual(before)
})

test('without a database the plan says so', async () => {
  const { browser } = await planner()
  const viewer = await viewerBehind(world.ctx, browser.cookies.get('session')!)
  const away = { ...viewer!, degraded: true }
  expect(await codeOf(planView(world.ctx, away))).toBe('database_unavailable')
  expect(await codeOf(planCalendar(world.ctx, away))).toBe('database_unavailable')
  expect(await codeOf(savePlan(world.ctx, { viewer: away, ...wish }))).toBe('database_unavailable')
})

test('without the course, a plan, or a proven session there is a refusal with its reason', async () => {
  const code = (answer: { json: <T>() => T }) => answer.json<{ error: { code: string } }>().error.code
  const without = await learner({ course: false })
  expect(code(await without.browser.post('/api/plan', wish))).toBe('no_grant')
  expect((await without.browser.get('/plan')).text).toContain('Dir fehlt noch der Kurs')
  const planless = await learner()
  expect(code(await planless.browser.post('/api/plan/pause', { until: null }))).toBe('not_found')
  expect(code(await planless.browser.post('/api/plan/feed', { change: 'renew' }))).toBe('not_found')
  expect((await planless.browser.get('/api/plan/calendar')).status).toBe(404)
  const unproven = await learner({ kind: 'unproven' })
  expect((await unproven.browser.post('/api/plan', wish)).status).toBe(200)
  expect(code(await unproven.browser.post('/api/plan/feed', { change: 'renew' }))).toBe('unproven_session')
  expect((await unproven.browser.get('/plan')).text).toContain('nach einer richtigen Anmeldung')
  expect((await stranger().post('/api/plan', wish)).status).toBe(401)
})

test('a calendar program reads the feed without a login, and a library understands it', async () => {
  const { person, feed } = await feeding()
  const answer = await stranger().get(feed)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  expect(answer.headers.get('set-cookie')).toBeNull()
  const events = eventsOf(answer.text)
  expect(events).toHaveLength(75)
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(75)
  const [first] = events
  expect(first!.summary).toBe('Lektion 1: Was dich heute kostet')
  expect([first!.startDate.hour, first!.startDate.minute]).toEqual([7, 30])
  expect(first!.component.getFirstProperty('dtstart')?.getParameter('tzid')).toBe('Europe/Berlin')
  expect(String(first!.component.getFirstPropertyValue('url'))).toBe(`${world.url}/lektionen/was-dich-heute-kostet`)
  const plan = await view(person)
  expect(first!.startDate.toString().slice(0, 10)).toBe(plan.weeks[0]!.days[0]!.day)
  const download = await person.browser.get('/api/plan/calendar')
  expect(download.headers.get('content-disposition')).toBe('attachment; filename="wochenplan.ics"')
  expect(download.text).toBe(answer.text)
})

test('an event keeps its id when it moves, and an unchanged feed is not sent twice', async () => {
  const { person, feed } = await feeding()
  const before = await stranger().get(feed)
  const etag = before.headers.get('etag')!
  for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
    expect((await stranger().get(feed, { 'if-none-match': given })).status).toBe(304)
  await person.browser.post('/api/plan', { ...wish, time: '18:00', weekdays: [6] })
  const after = await stranger().get(feed, { 'if-none-match': etag })
  expect(after.status).toBe(200)
  expect(eventsOf(after.text).map(({ uid }) => uid)).toEqual(eventsOf(before.text).map(({ uid }) => uid))
  expect(eventsOf(after.text)[0]!.startDate.hour).toBe(18)
})

/** What a calendar program goes by: it takes a change only from a higher number. */
const revisionsOf = (calendar: string) =>
  new Map(
    eventsOf(calendar).map((event) => [
      event.uid,
      {
        sequence: event.sequence,
        modified: new Date(String(event.component.getFirstPropertyValue('last-modified'))).getTime(),
        said: `${event.startDate} ${event.duration} ${event.summary} ${event.description}`,
      },
    ]),
  )

test('a changed appointment has a higher number and the time of its change, an unchanged one keeps both', async () => {
  // The moment is told by the database's clock; on a busy machine it is known to some seconds only.
  const about = 5_000
  const began = Date.now()
  const { person, feed } = await feeding()
  const read = async () => revisionsOf((await stranger().get(feed)).text)
  const first = await read()
  for (const { sequence, modified } of first.values()) {
    expect(sequence).toBe(0)
    expect(modified).toBeGreaterThanOrEqual(began - about)
    expect(modified).toBeLessThanOrEqual(Date.now() + about)
  }
  // Whoever looks, and however often, nothing has changed; two that look at once are no two changes.
  expect(await read()).toEqual(first)
  await person.browser.post('/api/plan', { ...wish, time: '18:00' })
  const looks = await Promise.all([read(), read(), read()])
  for (const look of looks) expect(look).toEqual(looks[0])
  for (const [uid, { sequence, modified, said }] of looks[0]!) {
    const before = first.get(uid)!
    expect(said).not.toBe(before.said)
    expect(sequence).toBe(1)
    expect(modified).toBeGreaterThanOrEqual(before.modified)
  }
  // A lesson that is done moves those after it, and only what moved counts on.
  const { lessons } = world.ctx.content.course()
  const [{ id, durationSeconds }] = lessons as [(typeof lessons)[number]]
  const now = new Date().toISOString()
  const seen = { lessonId: id, ranges: [[0, durationSeconds]], at: now, sentAt: now, clientId: 'kalender' }
  expect((await person.browser.post('/api/progress', [seen])).status).toBe(200)
  const moved = await read()
  for (const [uid, { sequence, said }] of moved) {
    const before = looks[0]!.get(uid)!
    expect(sequence).toBe(said === before.said ? before.sequence : before.sequence + 1)
  }
  // The plan is deleted and made anew: the numbers of old appointments go on, they do not begin again.
  await person.browser.post('/api/plan/delete', {})
  await person.browser.post('/api/plan', { ...wish, time: '06:00' })
  const again = revisionsOf((await person.browser.get('/api/plan/calendar')).text)
  for (const [uid, { sequence }] of again) expect(sequence).toBeGreaterThan(moved.get(uid)?.sequence ?? 0)
})

test('an appointment was changed when its cause was, however late a calendar program looks', async () => {
  const { browser, personId } = await planner()
  const viewer = (await viewerBehind(world.ctx, browser.cookies.get('session')!))!
  // One day without a midnight in it, on which the plan begins.
  const morning = berlinInstant(`${addDays(berlinDay(new Date()), 1)}T08:00`)!
  const hour = (hours: number) => new Date(morning.getTime() + hours * 3_600_000)
  const at = (now: Date) => ({ ...world.ctx, clock: { ...world.ctx.clock, now: () => now } })
  const lookAt = async (now: Date) => {
    const { text } = await planCalendar(at(now), viewer)
    return [...revisionsOf(text).values()].map(({ modified }) => new Date(modified))
  }
  const newest = (moments: Date[]) => moments.toSorted((a, b) => b.getTime() - a.getTime())[0]

  await savePlan(at(hour(1)), { viewer, ...wish, time: '18:00' })
  expect(new Set((await lookAt(hour(3))).map(String))).toEqual(new Set([String(hour(1))]))
  await pausePlan(at(hour(4)), { viewer, until: addDays(berlinDay(morning), 20) })
  expect(new Set((await lookAt(hour(5))).map(String))).toEqual(new Set([String(hour(4))]))
  await changePlayerSettings(at(hour(6)), { viewer, change: { rate: 2 } })
  expect(newest(await lookAt(hour(7)))).toEqual(hour(6))
  // When film was seen is told by the database's clock, which nobody sets.
  const [{ id, durationSeconds }] = world.ctx.content.course().lessons as [Lesson]
  const seen = {
    lessonId: id,
    ranges: [[0, durationSeconds]] as [number, number][],
    at: new Date(),
    sentAt: new Date(),
  }
  await recordProgress(world.ctx, { viewer, reports: [{ ...seen, clientId: 'kalender' }] })
  await world.database.query('update progress set updated_at = $2 where person_id = $1', [personId, hour(8)])
  expect(newest(await lookAt(hour(9)))).toEqual(hour(8))
  // Nobody writes down when a text changed: found is the best that is known.
  await world.database.query("update calendar_entry set hash = '' where person_id = $1", [personId])
  expect(new Set((await lookAt(hour(10))).map(String))).toContain(String(hour(10)))
})

test('renewed, switched off, deleted, forged: the same answer, and no way back', async () => {
  const { person, feed } = await feeding()
  const { browser } = person
  const gone = async (path: string) => {
    const { status, text } = await stranger().get(path)
    return [status, text.replace(/"requestId":"[^"]+"/, '')]
  }
  const refusal = await gone('/plan/feed/x.ics')
  expect(refusal[0]).toBe(404)
  await browser.post('/api/plan/feed', { change: 'renew' })
  const second = await feedOf(person)
  expect(second).not.toBe(feed)
  expect(await gone(feed)).toEqual(refusal)
  expect((await stranger().get(second)).status).toBe(200)
  const forged = second.replace(/.\.ics$/, second.endsWith('A.ics') ? 'E.ics' : 'A.ics')
  expect(await gone(forged)).toEqual(refusal)
  expect(await gone(`/plan/feed/${second.slice(11, 33)}.ics`)).toEqual(refusal)
  await browser.post('/api/plan/feed', { change: 'off' })
  expect(await gone(second)).toEqual(refusal)
  await browser.post('/api/plan/feed', { change: 'renew' })
  const third = await feedOf(person)
  await browser.post('/api/plan/delete')
  expect(await gone(third)).toEqual(refusal)
  await browser.post('/api/plan', wish)
  await browser.post('/api/plan/feed', { change: 'renew' })
  for (const old of [feed, second, third]) expect(await gone(old)).toEqual(refusal)
  expect((await stranger().get(await feedOf(person))).status).toBe(200)
})

test("one person's address opens nobody else's plan", async () => {
  const [one, two] = [await feeding(), await feeding()]
  const [a, b] = [one.feed.slice(11), two.feed.slice(11)]
  expect((await stranger().get(`/plan/feed/${a.slice(0, 22)}${b.slice(22)}`)).status).toBe(404)
})

test('when the access ends the calendar stays, and is empty', async () => {
  const { person, feed } = await feeding()
  await revokeGrant(world.ctx, { source: `hand:${person.personId}`, reason: 'test' })
  const { status, text } = await stranger().get(feed)
  expect([status, eventsOf(text)]).toEqual([200, []])
  expect(text).toContain('Dein Zugang zum Kurs ist beendet')
})

test('who tries addresses is asked to wait, whose calendar is asked for from there is not', async () => {
  const { feed } = await feeding()
  const ip = '10.77.1.1'
  const guess = () => world.browser(ip).get(`/plan/feed/${'A'.repeat(65)}.ics`)
  const statuses: number[] = []
  while (statuses.length < 120 && !statuses.includes(429))
    statuses.push(...(await Promise.all(Array.from({ length: 20 }, guess))).map(({ status }) => status))
  expect(statuses[0]).toBe(404)
  expect(statuses).toContain(429)
  expect((await world.browser(ip).get(feed)).status).toBe(200)
})

test('the address is in no log and in no row', async () => {
  const { feed } = await feeding()
  const { headers } = await stranger().get(feed)
  await stranger().get(feed.replace(/\.ics$/, ''))
  const requestId = headers.get('x-request-id')!
  await until('the log line', () => readLog(world, 'web').includes(requestId))
  const token = feed.slice(11, -4)
  expect(readLog(world, 'web')).not.toContain(token)
  const [row] = await world.database.query<{ all: string }>(
    'select string_agg(week_plan::text, $1) as all from week_plan',
    [' '],
  )
  expect(row!.all).not.toContain(token.slice(22))
})
