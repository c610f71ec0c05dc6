import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultSettings, knownSettings } from './rules.ts'

test('what was chosen is read back, what never fitted is left out', () => {
  expect(knownSettings({ ...defaultSettings, rate: 1.5, quality: 720 })).toEqual({
    ...defaultSettings,
    rate: 1.5,
    quality: 720,
  })
  expect(
    knownSettings({ rate: 8, volume: 2, muted: 'ja', captionSize: 'riesig', quality: 0.5, toString: true }),
  ).toEqual({})
  for (const none of [null, undefined, 'rate', 7]) expect(knownSettings(none)).toEqual({})
})

test('whatever is kept, reading it twice is reading it once, and nothing strange comes through', () => {
  fc.assert(
    fc.property(fc.anything(), (kept) => {
      const known = knownSettings(kept)
      expect(knownSettings(known)).toEqual(known)
      for (const name of Object.keys(known)) expect(defaultSettings).toHaveProperty(name)
    }),
  )
})
