import { expect, test } from 'vitest'
import type { Alarm } from '#ports'
import { alarmLimits, causesOf, isWarning, joinCauses, mailPause, overdueAlarms } from './causes.ts'

const now = new Date('2026-11-22T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const well = { workerBeatAt: minutesAgo(1), oldestOpenEventAt: minutesAgo(1), openEvents: 1, deadJobs: 0 }
const noLetters = { parked: 0, unknown: 0 }
const codes = (pulse: Parameters<typeof causesOf>[0], letters = noLetters) =>
  causesOf(pulse, letters, now).map(({ code }) => code)

test('a beating worker and a young event are no cause', () => {
  expect(codes(well)).toEqual([])
  expect(codes({ ...well, oldestOpenEventAt: null })).toEqual([])
})

test('a worker that is silent for more than five minutes, or never spoke, is one', () => {
  expect(codes({ ...well, workerBeatAt: minutesAgo(5) })).toEqual([])
  expect(codes({ ...well, workerBeatAt: minutesAgo(5.1) })).toEqual(['worker_silent'])
  expect(codes({ ...well, workerBeatAt: null })).toEqual(['worker_silent'])
})

test('an event open for more than five minutes, dead jobs and stuck letters are named each', () => {
  const ill = { ...well, oldestOpenEventAt: minutesAgo(6), deadJobs: 2 }
  expect(codes(ill, { parked: 1, unknown: 3 })).toEqual([
    'event_open',
    'dead_jobs',
    'letters_parked',
    'letters_unknown',
  ])
  expect(causesOf({ ...well, deadJobs: 1 }, noLetters, now)[0]?.message).toMatch(/^1 Auftrag ist/)
})

const alarm = (cause: string, lastAt = now): Alarm => ({
  cause,
  message: `sentence of ${cause}`,
  firstAt: lastAt,
  lastAt,
  times: 1,
  mailedAt: null,
})

test('a judged alarm ends when it no longer holds; others end with whoever raised them', () => {
  const open = [alarm('dead_jobs'), alarm('event_open'), alarm('reconcile_failing')]
  const holding = causesOf({ ...well, deadJobs: 1 }, noLetters, now)
  expect(overdueAlarms(open, holding, now)).toEqual(['event_open'])
})

test('a refused delivery is over when none followed for an hour', () => {
  const quiet = alarm('webhook_rejected_stripe', new Date(now.getTime() - alarmLimits.incidentOverMs - 1))
  const fresh = alarm('webhook_rejected_resend', minutesAgo(59))
  expect(overdueAlarms([quiet, fresh], [], now)).toEqual(['webhook_rejected_stripe'])
  // Events of the other mode come only when somebody pays, so this alarm stays for longer.
  expect(overdueAlarms([alarm('stripe_other_mode', minutesAgo(23 * 60))], [], now)).toEqual([])
  expect(overdueAlarms([alarm('stripe_other_mode', minutesAgo(25 * 60))], [], now)).toEqual(['stripe_other_mode'])
})

test('what strangers can bring about is a warning: no red status, and a mail a day', () => {
  const byStrangers = [
    ...['claim_waiting', 'withdrawal_due', 'receipt_lost', 'setting_missing', 'mail_unpaid', 'free_order_parked'],
  ]
  expect(byStrangers.filter((code) => !isWarning(code))).toEqual([])
  expect(mailPause('claim_waiting')).toBe(24 * mailPause('order_parked'))
  const ours = ['worker_silent', 'event_open', 'dead_jobs', 'letters_parked', 'letters_unknown', 'mail_address']
  const found = [
    'order_parked',
    'reconcile_failing',
    'webhook_missing_stripe',
    'webhook_missing_resend',
    'webhook_missing_bunny',
    'mail_quota',
  ]
  expect([...ours, ...found].filter(isWarning)).toEqual([])
})

test('each cause is named once, and the reason why letters wait stands for their number', () => {
  const causes = causesOf({ ...well, deadJobs: 1 }, { parked: 4, unknown: 0 }, now)
  const joined = (open: Alarm[]) => joinCauses(causes, open).map(({ code }) => code)
  expect(joined([alarm('dead_jobs'), alarm('order_parked')])).toEqual(['dead_jobs', 'letters_parked', 'order_parked'])
  expect(joined([alarm('mail_quota')])).toEqual(['dead_jobs', 'mail_quota'])
})
