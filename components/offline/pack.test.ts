import { expect, test } from 'vitest'
import { type PackLesson, viewOf } from './pack.ts'

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
