import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { missedLimits, tellMissedReports } from '#domain/mail/missedReports.ts'
import { recordMailEvent } from '#domain/mail/recordMailEvent.ts'
import { openCauses } from '#domain/operator/openCauses.ts'
import { OutsideError } from '#errors'
import type { Ctx } from '#ports'
import { createAlarms } from '#records/alarms.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/**
 * Reports of Resend that were due and never came, found by asking; on a real database, with hours that pass at once.
 */

let counter: Counter
let later = 0
let asked: string[] = []
/** What Resend would answer about a letter. */
let said: (providerId: string) => string | null
const MINUTE = 60_000
const clock = { now: () => new Date(Date.now() + later) }
const CAUSE = 'webhook_missing_resend'

function worker(change: Partial<Ctx> = {}): Ctx {
  const { ctx } = counter
  const lastEvent = async (providerId: string) => {
    asked.push(providerId)
    return said(providerId)
  }
  return {
    ...ctx,
    clock,
    alarms: createAlarms(ctx.db, clock, ctx.log),
    mailer: { ...ctx.mailer, lastEvent },
    settings: { ...ctx.settings, mailEvents: true },
    ...change,
  }
}

beforeAll(async () => {
  counter = await openCounter()
})
beforeEach(async () => {
  later = 0
  asked = []
  said = () => 'email.delivered'
  for (const table of ['letter', 'alarm', 'webhook_event', 'webhook_refusal'])
    await counter.database.query(`delete from ${table}`)
})
afterAll(() => counter?.close())

/** A letter that Resend took so many minutes ago. */
async function letter(minutesAgo: number, state = 'handed_over'): Promise<string> {
  const [row] = await counter.database.query<{ id: string }>(
    `insert into letter (id, kind, unique_key, to_address, inputs, template_version, key_id, state, provider_id, purchase_id, created_at, handed_over_at)
     select id, 'welcome', id::text, 'mara@example.de', '{}', 1, 'key', $2, 'at-resend-' || id, gen_random_uuid(), at, at
     from (select gen_random_uuid() as id, now() - $1 * interval '1 minute' as at) as made returning id`,
    [minutesAgo, state],
  )
  return row?.id ?? ''
}
/** Resend rings. */
async function ring(letterId: string, type: string): Promise<string> {
  const id = `msg_${counter.ctx.ids.uuid()}`
  const data = { email_id: `at-resend-${letterId}`, tags: { letter_id: letterId } }
  const raw = Buffer.from(JSON.stringify({ type, created_at: clock.now().toISOString(), data }))
  const event = { source: 'resend' as const, id, type, objectId: letterId, livemode: false, apiVersion: null, raw }
  await counter.ctx.inbox.reserve({ ...event, requestId: 'test' })
  return id
}
const stateOf = async (id: string) =>
  (await counter.database.query<{ state: string }>('select state from letter where id = $1', [id]))[0]?.state
const causes = async () => (await openCauses(worker())).causes.map(({ code }) => code).filter((code) => code === CAUSE)
/** The next look of the clock. */
async function look(ctx = worker()): Promise<void> {
  await tellMissedReports(ctx)
  later += 10 * MINUTE
}

test('reports that do not come ring the alarm at the second look, the letters learn it, and a report that comes ends it', async () => {
  const [one, other] = [await letter(50), await letter(60, 'sent')]
  await look()
  expect([await causes(), await stateOf(one)]).toEqual([[], 'handed_over'])
  await look()
  expect(await causes()).toEqual([CAUSE])
  expect([await stateOf(one), await stateOf(other)]).toEqual(['delivered', 'delivered'])
  const [alarm] = await counter.ctx.alarms.open(counter.ctx.db)
  expect(alarm?.message).toMatch(/^Was aus 2 Mails wurde.*email\.delivered.*RESEND_WEBHOOK_SECRET.*Abgewiesen wurde/)
  expect(alarm?.message).not.toMatch(/@|mara/)

  // Nothing is left to ask about, and silence ends nothing.
  asked = []
  await look()
  expect([asked, await causes()]).toEqual([[], [CAUSE]])
  // That it went out is no end: a webhook may be subscribed to that alone.
  const next = await letter(1)
  const arrives = async (type: string) => {
    const id = await ring(next, type)
    await counter.database.query(`update webhook_event set received_at = $2, delivered_at = $2 where id = $1`, [
      id,
      clock.now(),
    ])
    await recordMailEvent(worker(), id)
  }
  await arrives('email.sent')
  await look()
  expect(await causes()).toEqual([CAUSE])
  await arrives('email.delivered')
  await look()
  expect(await causes()).toEqual([])
})

test('a bounce that nobody reported becomes visible, with the alarm about its buyer', async () => {
  const id = await letter(50)
  said = () => 'email.bounced'
  await look()
  await look()
  expect(await stateOf(id)).toBe('bounced')
  const open = (await openCauses(worker())).causes.map(({ code }) => code)
  expect(open).toEqual(expect.arrayContaining(['mail_address', CAUSE]))
})

const quiet: [what: string, said: string | null, stored: string | null][] = [
  ['Resend knows no more than we do', 'email.sent', null],
  ['Resend has only queued it', 'email.queued', null],
  ['Resend knows no such letter', null, null],
  ['its report is here and waits for a worker', 'email.delivered', 'email.delivered'],
]
test.each(quiet)('ordinary silence rings nothing: %s', async (_, answer, stored) => {
  const id = await letter(50, 'sent')
  said = () => answer
  if (stored) await ring(id, stored)
  for (let looks = 0; looks < 3; looks++) await look()
  expect(asked.length).toBeGreaterThan(0)
  expect([await causes(), await stateOf(id)]).toEqual([[], 'sent'])
})

test('a report that was on its way during the look rings nothing', async () => {
  const id = await letter(50)
  await look()
  await recordMailEvent(worker(), await ring(id, 'email.delivered'))
  await look()
  expect([await causes(), await stateOf(id)]).toEqual([[], 'delivered'])
})

test('only what was due is asked about, a few letters in one look, and nothing without a webhook', async () => {
  await letter(missedLimits.dueMs / MINUTE - 2)
  await letter(missedLimits.oldestMs / MINUTE + 2)
  await letter(50, 'delivered')
  await tellMissedReports(worker())
  expect(asked).toEqual([])
  for (let letters = 0; letters < 9; letters++) await letter(50)
  const without = worker()
  await tellMissedReports({ ...without, settings: { ...without.settings, mailEvents: false } })
  expect(asked).toEqual([])
  await tellMissedReports(worker())
  expect(asked).toHaveLength(missedLimits.asked)
})

test('a key that may only send, or an outage, ends the look and rings nothing', async () => {
  for (let letters = 0; letters < 3; letters++) await letter(50)
  for (const failure of ['rejected', 'timeout', 'rate_limited'] as const) {
    said = () => {
      throw new OutsideError('resend', failure, 'no')
    }
    asked = []
    await look()
    expect([failure, asked.length, await causes()]).toEqual([failure, 1, []])
  }
})
