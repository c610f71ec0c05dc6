import { expect, test } from 'vitest'
import { escapeAll } from './ascii.ts'

test('a program means the same without a character above 0x7f', () => {
  const code = [
    'const größe = { ü: "„Grüße“ 🎉", t: `„a“…` }',
    'const tests = [/^[ä-ü…]+$/.test("öü…"), /^\\p{L}🎉$/u.test("ß🎉"), /^[🎉]$/u.test("🎉")]',
    'return JSON.stringify([größe, tests])',
  ].join('\n')
  const escaped = escapeAll(code)
  expect([...escaped].every((one) => one.charCodeAt(0) < 0x80)).toBe(true)
  expect(new Function(escaped)()).toBe(new Function(code)())
  expect(new Function(code)()).toContain('[true,true,true]')
})
