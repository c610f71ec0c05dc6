import { expect, test } from 'vitest'
import { createContent } from '#libs/content.ts'
import { courseRules } from '../courseRules.ts'
import { passagesOf, sectionOf, vocabularyOf } from './passages.ts'

const content = createContent('.', courseRules)
const of = (id: string) => passagesOf(content.lesson(id)!, content.lessonHtml(id), content.cues(id))

test('a lesson becomes sentences, each with its kind and, if it is spoken, its second', () => {
  const passages = of('was-dich-heute-kostet')
  const body = (kind: string) => passages.filter((one) => one.kind === kind).map((one) => one.body)
  expect(body('title')).toEqual(['Was dich heute kostet'])
  expect(body('goal')[0]).toContain('drei teuersten Reibungen')
  expect(body('text')[1]).toBe('Nicht aus Ordnungsliebe, sondern weil man erst danach sieht, was wirklich herumliegt.')
  expect(body('exercise')).toContain('Zwanzig Minuten, dazu zwei Tage nebenbei.')
  expect(body('checklist')).toHaveLength(4)
  expect(body('further')[0]).toContain('Peter F. Drucker, The Effective Executive')
  expect(passages.find((one) => one.body === 'Willkommen in der Werkstatt.')).toMatchObject({
    kind: 'spoken',
    second: 1,
  })
  expect(passages.find((one) => one.kind === 'chapter' && one.place === 1)).toMatchObject({
    second: content.lesson('was-dich-heute-kostet')!.chapters[1]!.at,
  })
})

test('what is written and spoken alike stands once, with its second', () => {
  const passages = of('was-dich-heute-kostet')
  const sentence = 'Laut und teuer sind zwei verschiedene Dinge.'
  const said = content.cues('was-dich-heute-kostet').find(({ text }) => text === sentence)
  const same = passages.filter(({ body }) => body === sentence)
  expect(same).toEqual([expect.objectContaining({ kind: 'text', second: Math.floor(said!.from) })])
})

test('every place is named once, and no sentence carries markup', () => {
  for (const lesson of content.course().lessons) {
    const passages = of(lesson.id)
    expect(new Set(passages.map((one) => `${one.kind} ${one.place}`)).size).toBe(passages.length)
    for (const { body } of passages) expect(body).not.toMatch(/[<>]|&\w+;|\*\*|^\s|\s$|^$/)
    for (const { second } of passages) if (second !== null) expect(second).toBeLessThanOrEqual(lesson.durationSeconds)
  }
})

test('seconds of spoken sentences never go back', () => {
  for (const lesson of content.course().lessons) {
    const spoken = of(lesson.id).filter((one) => one.kind === 'spoken')
    for (let index = 1; index < spoken.length; index++)
      expect(spoken[index]!.second).toBeGreaterThanOrEqual(spoken[index - 1]!.second!)
  }
})

test('the vocabulary counts words without accents', () => {
  const words = vocabularyOf(['Der Auslöser löst aus.', 'Auslöser, 42, aus', 'x'.repeat(50)])
  expect([...words]).toEqual([
    ['der', 1],
    ['ausloser', 2],
    ['lost', 1],
    ['aus', 2],
  ])
})

test('kinds lead to the anchors of the page', () => {
  expect(['text', 'exercise', 'checklist', 'further', 'spoken', 'title', 'note'].map(sectionOf)).toEqual([
    'text',
    'uebung',
    'checkliste',
    'weiterlesen',
    null,
    null,
    null,
  ])
})
