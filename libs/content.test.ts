import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent, readOperator } from '#libs/content.ts'

const made: string[] = []
/** A copy of our own content whose file `file` was changed. */
function changed(file: string, change: (source: string) => string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'content-'))
  made.push(root)
  cpSync('content', path.join(root, 'content'), { recursive: true })
  const target = path.join(root, file)
  writeFileSync(target, change(readFileSync(target, 'utf8')))
  return root
}
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true })
})

const first = 'content/01-aufraeumen/01-was-dich-heute-kostet.md'

test('the whole course stands in order, numbered through', () => {
  const { modules, lessons } = createContent('.', courseRules).course()
  expect(modules.map((module) => module.lessons.length)).toEqual([6, 7, 6, 6, 6, 7, 6, 6, 6, 7, 6, 6])
  expect(lessons.map((lesson) => lesson.number)).toEqual(Array.from({ length: 75 }, (_, index) => index + 1))
  expect(lessons.filter((lesson) => lesson.free).map((lesson) => lesson.id)).toEqual([
    'was-dich-heute-kostet',
    'das-stille-telefon',
  ])
  expect(lessons[0]).toMatchObject({ moduleId: 'aufraeumen', written: true, hasCaptions: true })
})

test('a lesson is found by its id and rendered in sections once', () => {
  const content = createContent('.', courseRules)
  expect(content.lesson('das-stille-telefon')?.title).toBe('Das stille Telefon')
  expect(content.lesson('gibt-es-nicht')).toBeNull()
  const html = content.lessonHtml('das-stille-telefon')
  for (const id of ['text', 'uebung', 'checkliste', 'weiterlesen']) expect(html).toContain(`<section id="${id}"`)
  expect(content.lessonHtml('das-stille-telefon')).toBe(html)
  expect(content.captions('das-stille-telefon')).toMatch(/^WEBVTT\n/)
  expect(() => content.lessonHtml('../operator')).toThrow(expect.objectContaining({ code: 'not_found' }))
})

test('an outside link hands over neither window nor referrer', () => {
  const root = changed(first, (source) =>
    source.replace('## Übung', '[fremd](https://example.org/?a=1&b=2)\n\n## Übung'),
  )
  expect(createContent(root, courseRules).lessonHtml('was-dich-heute-kostet')).toContain(
    '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">fremd</a>',
  )
})

test('a wrong field is named with file and line', () => {
  const root = changed(first, (source) => source.replace(/durationSeconds: \d+/, 'durationSeconds: 12'))
  expect(() => createContent(root, courseRules)).toThrow(`${first}:5: durationSeconds is not usable`)
})

test('an outline that names a missing lesson stops the start', () => {
  const root = changed('content/course.json', (source) => source.replace('"puffer"', '"pufer"'))
  expect(() => createContent(root, courseRules)).toThrow('lesson pufer of module messen has no file')
})

test('two files with one id stop the start', () => {
  const root = changed(first, (source) => source.replace('id: was-dich-heute-kostet', 'id: puffer'))
  expect(() => createContent(root, courseRules)).toThrow('the id puffer is already used by')
})

test('legal pages carry the operator, the address and visible placeholders', () => {
  const root = changed('content/operator.json', (source) =>
    source.replace('[[Vor- und Nachname oder Firma]]', 'Ada Beispiel').replace('"regular"', '"small_business"'),
  )
  const content = createContent(root, courseRules, { siteUrl: 'https://kurs.example.de' })
  expect(content.legalHtml('impressum')).toContain('Ada Beispiel')
  expect(content.legalHtml('impressum')).toContain('<mark class="placeholder">[[PLZ]]</mark>')
  expect(content.legalHtml('agb')).toContain('umsatzsteuerfrei nach § 19 UStG')
  expect(content.legalHtml('agb')).not.toContain('enthält die gesetzliche Umsatzsteuer')
  expect(content.legalHtml('widerruf')).toContain('https://kurs.example.de/widerruf')
  expect(content.withdrawalInstruction()).toMatch(/^<h2[^>]*>Widerrufsbelehrung/)
  expect(content.legalHtml('widerruf').endsWith(content.withdrawalInstruction())).toBe(true)
  for (const page of ['impressum', 'datenschutz', 'agb', 'widerruf', 'barrierefreiheit'] as const)
    expect(content.legalHtml(page)).not.toMatch(/\{\{|\}\}|undefined/)
  expect(readOperator(root).placeholders).not.toContain('name')
  expect(readOperator(root).placeholders).toContain('postalCode')
})

test('an unknown variable in a legal text is an error, not an empty word', () => {
  const root = changed('content/legal/agb.md', (source) => `${source}\n{{operator.nmae}}`)
  expect(() => createContent(root, courseRules).legalHtml('agb')).toThrow('{{operator.nmae}} is unknown')
})
