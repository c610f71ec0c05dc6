import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Focus, keyAction, type Press } from './keys.ts'

const press = (key: string, change: Partial<Press> = {}): Press => ({
  key,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...change,
})
const onPage = { focus: 'page', inPlayer: false, pageKeys: true } as const
const inPlayer = { focus: 'page', inPlayer: true, pageKeys: true } as const

test.each([
  [' ', { kind: 'toggle' }],
  ['k', { kind: 'toggle' }],
  ['K', { kind: 'toggle' }],
  ['j', { kind: 'skip', seconds: -10 }],
  ['l', { kind: 'skip', seconds: 10 }],
  ['ArrowLeft', { kind: 'skip', seconds: -5 }],
  ['ArrowRight', { kind: 'skip', seconds: 5 }],
  ['f', { kind: 'fullscreen' }],
  ['m', { kind: 'mute' }],
  ['c', { kind: 'captions' }],
  ['b', { kind: 'bookmark' }],
  ['n', { kind: 'note' }],
  ['<', { kind: 'rate', step: -1 }],
  ['>', { kind: 'rate', step: 1 }],
  ['?', { kind: 'help' }],
  ['0', { kind: 'share', share: 0 }],
  ['9', { kind: 'share', share: 0.9 }],
] as const)('%s works wherever the focus is on the page', (key, action) => {
  expect(keyAction(press(key), onPage)).toEqual(action)
  expect(keyAction(press(key), inPlayer)).toEqual(action)
})

test('up and down scroll the page, and are the volume inside the player', () => {
  expect(keyAction(press('ArrowUp'), onPage)).toBeNull()
  expect(keyAction(press('ArrowUp'), inPlayer)).toEqual({ kind: 'volume', by: 0.1 })
  expect(keyAction(press('ArrowDown'), inPlayer)).toEqual({ kind: 'volume', by: -0.1 })
})

test('signs that need Shift on some keyboards work with it, other keys do not', () => {
  for (const key of ['<', '>', '?']) expect(keyAction(press(key, { shiftKey: true }), onPage)).not.toBeNull()
  expect(keyAction(press('K', { shiftKey: true }), onPage)).toBeNull()
})

test('a button keeps its space bar, a slider its arrows, a sheet everything but the help', () => {
  expect(keyAction(press(' '), { ...inPlayer, focus: 'press' })).toBeNull()
  expect(keyAction(press('k'), { ...inPlayer, focus: 'press' })).toEqual({ kind: 'toggle' })
  expect(keyAction(press('ArrowRight'), { ...inPlayer, focus: 'range' })).toBeNull()
  expect(keyAction(press('m'), { ...inPlayer, focus: 'range' })).toEqual({ kind: 'mute' })
  expect(keyAction(press('m'), { ...inPlayer, focus: 'dialog' })).toBeNull()
  expect(keyAction(press('?'), { ...inPlayer, focus: 'dialog' })).toEqual({ kind: 'help' })
})

test('switched off, single keys work inside the player only', () => {
  expect(keyAction(press('k'), { ...onPage, pageKeys: false })).toBeNull()
  expect(keyAction(press('k'), { ...inPlayer, pageKeys: false })).toEqual({ kind: 'toggle' })
})

test('a held key winds on, and toggles nothing to and fro', () => {
  expect(keyAction(press('l', { repeat: true }), onPage)).toEqual({ kind: 'skip', seconds: 10 })
  for (const key of [' ', 'k', 'm', 'c', 'f', 'b', 'n', '<', '>', '?', '5'])
    expect(keyAction(press(key, { repeat: true }), onPage)).toBeNull()
})

const anyKey = fc.oneof(
  fc.constantFrom(' ', 'ArrowUp', 'ArrowLeft', 'Enter', 'Tab', 'Escape'),
  fc.string({ maxLength: 2 }),
)
const anyPlace = fc.record({
  focus: fc.constantFrom<Focus>('text', 'range', 'press', 'dialog', 'page'),
  inPlayer: fc.boolean(),
  pageKeys: fc.boolean(),
})

test('nothing is ever taken from somebody who types, and no shortcut with a modifier', () => {
  fc.assert(
    fc.property(anyKey, anyPlace, fc.boolean(), (key, where, repeat) => {
      expect(keyAction(press(key, { repeat }), { ...where, focus: 'text' })).toBeNull()
      for (const modifier of ['ctrlKey', 'altKey', 'metaKey'])
        expect(keyAction(press(key, { [modifier]: true }), where)).toBeNull()
    }),
  )
})

test('Enter, Tab and Escape stay the browser’s', () => {
  fc.assert(
    fc.property(fc.constantFrom('Enter', 'Tab', 'Escape', 'Home', 'End', 'PageDown'), anyPlace, (key, where) => {
      expect(keyAction(press(key), where)).toBeNull()
    }),
  )
})
