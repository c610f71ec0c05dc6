import { expect, test } from 'vitest'
import { notebookMarkdown } from './notebookMarkdown.ts'
import { type NotebookData, readFilter } from './notebookRules.ts'

const noFilter = readFilter({})

import type { NoteState } from './noteState.ts'

const note = (change: Partial<NoteState>): NoteState => ({
  ...{ id: 'a', lessonId: 'puffer', kind: 'note', second: 252.4, body: 'Luft ans **Ende**', version: 1 },
  ...{ copyOf: null, by: null, createdAt: '2026-11-25T10:00:00Z', updatedAt: '2026-11-25T10:00:00Z' },
  ...change,
})
const data: NotebookData = {
  modules: [{ id: 'messen', number: 3, title: 'Messen' }],
  lessons: [
    {
      ...{ id: 'puffer', slug: 'puffer', number: 16, title: 'Puffer', moduleId: 'messen' },
      checklist: [
        { item: '1', text: 'Der Puffer hat einen Namen.', ticked: true },
        { item: '2', text: 'Er darf übrig bleiben.', ticked: false },
      ],
    },
  ],
  notes: [
    note({}),
    note({ id: 'b', kind: 'bookmark', second: 61, body: '' }),
    note({ id: 'c', lessonId: 'weg', second: null, body: 'Von früher' }),
  ],
}
const about = { siteUrl: 'https://kurs.example', now: new Date('2026-11-25T23:30:00Z') }

test('the book is one file in the order of the course, with seconds that lead back', () => {
  expect(notebookMarkdown(data, noFilter, about)).toBe(`# Mein Werkstatt-Heft

Stand 2026-11-26

## 3 · Messen

### Lektion 16: Puffer

**[4:12](https://kurs.example/lektionen/puffer?t=252)**

Luft ans **Ende**

- [1:01](https://kurs.example/lektionen/puffer?t=61) Merkstelle

- [x] Der Puffer hat einen Namen.
- [ ] Er darf übrig bleiben.

## Frühere Lektionen

### Eine Lektion, die es nicht mehr gibt

Von früher
`)
})

test('a filter holds for the file too, and an empty book says so', () => {
  const open = notebookMarkdown(data, { ...noFilter, art: 'haken' }, about)
  expect(open).toContain('- [ ] Er darf übrig bleiben.')
  expect(open).not.toMatch(/Luft|Merkstelle|\[x\]/)
  expect(notebookMarkdown({ ...data, notes: [] }, { ...noFilter, text: 'gibt es nicht' }, about)).toContain(
    'Hier steht noch nichts.',
  )
})
