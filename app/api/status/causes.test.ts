import { expect, test } from 'vitest'
import { causesOf, missingSettings } from './causes.ts'

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

test('each missing optional secret says what it costs', () => {
  const config = {
    resend: { apiKey: '', from: '', replyTo: null, webhookSecret: null, baseUrl: null },
    bunny: { libraryId: '', accessKey: '', readOnlyKey: 'x', cdnBaseUrl: null, tokenKey: null, apiBaseUrl: '' },
  }
  const messages = missingSettings(config).map(({ message }) => message)
  expect(messages).toHaveLength(2)
  expect(messages[0]).toContain('RESEND_WEBHOOK_SECRET')
  expect(messages[1]).toContain('BUNNY_TOKEN_KEY')
})
