import { expect, test } from 'vitest'
import { clock } from './clock.ts'
import { countedSentence, hoursAndMinutes, joinAnd, minutesInWords, money, roundMoney } from './format.ts'

test('amounts are cents', () => {
  expect(money(34900)).toBe('349,00\u00a0€')
  expect(roundMoney(34900)).toBe('349\u00a0€')
  expect(roundMoney(34950)).toBe('349,50\u00a0€')
})

test('lengths are seconds', () => {
  expect(clock(42)).toBe('0:42')
  expect(clock(3725.9)).toBe('1:02:05')
  expect(hoursAndMinutes(21480)).toBe('5 Std. 58 Min.')
  expect(hoursAndMinutes(7200)).toBe('2 Std.')
  expect(minutesInWords(355)).toBe('6 Minuten')
  expect(minutesInWords(20)).toBe('eine Minute')
})

test('lists end with und', () => expect(joinAnd(['Zahlung', 'Mail', 'Film'])).toBe('Zahlung, Mail und Film'))

test('counts become one sentence of what there is', () => {
  expect(countedSentence(['eine Notiz', false, '2 Haken offen'])).toBe('Eine Notiz, 2 Haken offen.')
  expect(countedSentence([false, false])).toBeNull()
  expect(countedSentence([`${hoursAndMinutes(1260)} Film`, '2 Lektionen erledigt'])).toBe(
    '21 Min. Film, 2 Lektionen erledigt.',
  )
  expect(countedSentence([hoursAndMinutes(1260)])).toBe('21 Min.')
})
