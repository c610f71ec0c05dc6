import { expect, test } from 'vitest'
import type { NoteChange } from '#domain/learning/notes/rules.ts'
import { type PackLesson, viewOf, withWaiting } from './pack.ts'

const lessons = [{ slug: 'puffer' }, { slug: 'was-heisst-erledigt' }] as PackLesson[]

test.each([
  ['/lektionen/puffer', 'lesson'],
  ['/lektionen/noch-zu', 'missing'],
  ['/heft', 'notes'],
  ['/plan', 'plan'],
  ['/werkstatt', 'overview'],
  ['/', 'overview'],
  ['/lektionen/puffer/mehr', 'overview'],
])('%s shows %s', (path, kind) => {
  expect(viewOf(path, lessons).kind).toBe(kind)
})

test('kept notes show what waits on the device: new, changed and deleted, and say so', () => {
  const change = (id: string, body: string, deleted = false) =>
    ({ id, lessonId: 'puffer', second: 7, body, deleted }) as NoteChange
  const kept = [
    { id: 'a', lessonId: 'puffer', second: 3, body: 'alt' },
    { id: 'b', lessonId: 'puffer', second: null, body: 'bleibt' },
    { id: 'c', lessonId: 'puffer', second: null, body: 'geht' },
  ]
  expect(withWaiting(kept, [change('a', 'neu'), change('d', 'kommt'), change('c', '', true)])).toEqual([
    { id: 'a', lessonId: 'puffer', second: 3, body: 'neu', waits: true },
    { id: 'b', lessonId: 'puffer', second: null, body: 'bleibt' },
    { id: 'd', lessonId: 'puffer', second: 7, body: 'kommt', waits: true },
  ])
})
