import { describe, expect, test } from 'vitest'
import {
  checkDeclaration,
  isWorkday,
  referencesIn,
  refundClock,
  rightOfWithdrawal,
  withdrawalDeadline,
} from './rules.ts'

const at = (text: string) => new Date(text)

describe('the fourteen days', () => {
  test.each([
    // [concluded, last day, first instant that is too late]
    ['2026-11-23T09:00:00Z', '2026-12-07', '2026-12-07T23:00:00Z', 'a Monday, ends on a Monday'],
    ['2026-11-22T10:01:00Z', '2026-12-07', '2026-12-07T23:00:00Z', 'day 14 is a Sunday: the Monday after'],
    ['2026-11-21T10:01:00Z', '2026-12-07', '2026-12-07T23:00:00Z', 'day 14 is a Saturday: the Monday after'],
    ['2026-12-11T12:00:00Z', '2026-12-28', '2026-12-28T23:00:00Z', 'Christmas Day, Boxing Day, Sunday: the 28th'],
    ['2026-12-18T12:00:00Z', '2027-01-04', '2027-01-04T23:00:00Z', 'New Year, Saturday, Sunday: the 4th'],
    [
      '2026-03-20T12:00:00Z',
      '2026-04-07',
      '2026-04-07T22:00:00Z',
      'Good Friday until Easter Monday; summer time began',
    ],
    ['2026-04-30T12:00:00Z', '2026-05-15', '2026-05-15T22:00:00Z', 'Ascension Day'],
    ['2026-05-11T12:00:00Z', '2026-05-26', '2026-05-26T22:00:00Z', 'Whit Monday'],
    ['2026-04-17T12:00:00Z', '2026-05-04', '2026-05-04T22:00:00Z', 'Labour Day is a Friday'],
    ['2026-09-19T12:00:00Z', '2026-10-05', '2026-10-05T22:00:00Z', 'Unity Day on a Saturday'],
    ['2028-02-15T12:00:00Z', '2028-02-29', '2028-02-29T23:00:00Z', 'leap day'],
    ['2026-10-12T12:00:00Z', '2026-10-26', '2026-10-26T23:00:00Z', 'winter time began'],
    // 23:30 in UTC is the next day in Berlin, and in summer 22:30 too.
    ['2026-11-23T23:30:00Z', '2026-12-08', '2026-12-08T23:00:00Z', 'after midnight in Berlin'],
    ['2026-06-08T22:30:00Z', '2026-06-23', '2026-06-23T22:00:00Z', 'after midnight in Berlin, summer'],
  ])('%s → %s (%s, %s)', (concluded, lastDay, endsAt) => {
    const deadline = withdrawalDeadline(at(concluded))
    expect(deadline.lastDay).toBe(lastDay)
    expect(deadline.endsAt.toISOString()).toBe(at(endsAt).toISOString())
  })

  test('a declaration in the last second is in time, one second later is not', () => {
    const facts = { concludedAt: at('2026-11-22T10:00:00Z'), bothTicks: false, begunAt: null, confirmedAt: null }
    expect(rightOfWithdrawal(facts, at('2026-12-07T22:59:59Z')).state).toBe('exists')
    expect(rightOfWithdrawal(facts, at('2026-12-07T23:00:00Z')).state).toBe('expired')
  })

  test('workdays: weekends and holidays of the whole country only', () => {
    for (const day of [
      '2026-01-01',
      '2026-04-03',
      '2026-04-06',
      '2026-05-14',
      '2026-05-25',
      '2026-12-26',
      '2026-11-22',
    ])
      expect([day, isWorkday(day)]).toEqual([day, false])
    // Corpus Christi, All Saints' Day and Christmas Eve are not free everywhere.
    for (const day of ['2026-06-04', '2027-11-01', '2026-12-24', '2026-04-02'])
      expect([day, isWorkday(day)]).toEqual([day, true])
    // Easter Sunday 2038 is the latest date there is, 2285 the earliest.
    expect([isWorkday('2038-04-26'), isWorkday('2038-04-27')]).toEqual([false, true])
    expect([isWorkday('2285-03-23'), isWorkday('2285-03-24')]).toEqual([false, true])
  })
})

describe('the right itself', () => {
  const paid = at('2026-11-22T10:00:00Z')
  const accepted = at('2026-11-22T10:00:05Z')
  const all = { concludedAt: paid, bothTicks: true, begunAt: paid, confirmedAt: accepted }

  test('lapses with the last of ticks, begin and accepted confirmation', () => {
    expect(rightOfWithdrawal(all, at('2026-11-22T10:00:05Z'))).toEqual({
      state: 'lapsed',
      lastDay: '2026-12-07',
      lapsedAt: accepted,
    })
    expect(rightOfWithdrawal(all, at('2026-11-22T10:00:04Z')).state).toBe('exists')
  })

  test.each([
    ['one tick missing', { bothTicks: false }],
    ['access never opened', { begunAt: null }],
    ['the confirmation never left, or came back', { confirmedAt: null }],
  ])('stays when %s', (_, change) => {
    expect(rightOfWithdrawal({ ...all, ...change }, at('2026-12-01T10:00:00Z')).state).toBe('exists')
    expect(rightOfWithdrawal({ ...all, ...change }, at('2026-12-08T10:00:00Z')).state).toBe('expired')
  })

  test('a confirmation after the fourteen days ends nothing that had not ended', () => {
    const late = { ...all, confirmedAt: at('2026-12-20T10:00:00Z') }
    expect(rightOfWithdrawal(late, at('2026-12-21T10:00:00Z')).state).toBe('expired')
  })

  test('without a contract nothing runs', () => {
    const none = { concludedAt: null, bothTicks: true, begunAt: null, confirmedAt: null }
    expect(rightOfWithdrawal(none, at('2027-11-22T10:00:00Z'))).toEqual({
      state: 'exists',
      lastDay: null,
      lapsedAt: null,
    })
  })
})

test('the refund clock counts calendar days in Germany', () => {
  const received = at('2026-11-22T23:30:00Z') // the 23rd in Berlin
  expect(refundClock(received, received)).toEqual({ lastDay: '2026-12-07', daysLeft: 14 })
  expect(refundClock(received, at('2026-12-07T20:00:00Z')).daysLeft).toBe(0)
  expect(refundClock(received, at('2026-12-08T20:00:00Z')).daysLeft).toBe(-1)
})

describe('what was typed', () => {
  const good = { name: 'Mara Beispiel', contract: 'W-2026-0117', email: 'mara@example.de' }

  test('good words pass, tidied to one line', () => {
    expect(checkDeclaration({ ...good, name: '  Mara\r\n  Beispiel ' })).toEqual({ declaration: good, fields: {} })
  })

  test('every empty field has its own sentence', () => {
    expect(Object.keys(checkDeclaration({}).fields)).toEqual(['name', 'contract', 'email'])
    expect(Object.keys(checkDeclaration({ ...good, contract: ' \n ' }).fields)).toEqual(['contract'])
  })

  test('an address that cannot get a mail, and words without end', () => {
    for (const email of ['mara', 'mara@', 'mara@x', 'a@b.de, c@d.de', '<a@b.de>'])
      expect([email, checkDeclaration({ ...good, email }).fields.email]).toEqual([
        email,
        expect.stringMatching(/Adresse/),
      ])
    expect(checkDeclaration({ ...good, name: 'x'.repeat(121) }).fields.name).toContain('120')
    expect(checkDeclaration({ ...good, name: '👩'.repeat(120) }).fields).toEqual({})
  })
})

test('order numbers and sessions are found in what people write', () => {
  expect(referencesIn('Bestellung W-2026-0117 vom 3. November')).toEqual({ numbers: [117], sessionIds: [] })
  expect(referencesIn('w – 2026 – 0117').numbers).toEqual([117])
  expect(referencesIn(' #117 ').numbers).toEqual([117])
  expect(referencesIn('cs_test_a1B2').sessionIds).toEqual(['cs_test_a1B2'])
  expect(referencesIn('der Kurs von letzter Woche, 349 Euro')).toEqual({ numbers: [], sessionIds: [] })
})
