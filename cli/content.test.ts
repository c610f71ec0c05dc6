import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { buildVtt, countWords, parseVtt } from '#libs/webVtt.ts'
import { checkContent, contentCommand } from './content.ts'

const made: string[] = []
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true })
})

function findingsAfter(file: string, change: (source: string) => string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'check-'))
  made.push(root)
  cpSync('content', path.join(root, 'content'), { recursive: true })
  const target = path.join(root, file)
  const source = readFileSync(target, 'utf8')
  const next = change(source)
  expect(next).not.toBe(source)
  writeFileSync(target, next)
  return checkContent(root).join('\n')
}

const lesson = 'content/01-aufraeumen/01-was-dich-heute-kostet'

test('our own content is sound', () => {
  expect(checkContent('.')).toEqual([])
})

test.each([
  [
    'a short text',
    `${lesson}.md`,
    /## Text\n[\s\S]*?## Übung/,
    '## Text\n\nKurz.\n\n## Übung',
    'a written text has 250 to 500',
  ],
  ['a dead link', `${lesson}.md`, '## Übung', '[x](/lektionen/nirgends)\n\n## Übung', 'there is no such lesson'],
  ['a missing time box', `${lesson}.md`, /Minuten/g, 'Takte', 'names no time box'],
  [
    'a reused film',
    `${lesson}.md`,
    /video: .*/,
    'video: 0d60fc14-1173-5b1e-b884-c6c9e929a79a',
    'is used by more than one lesson',
  ],
  ['a third free lesson', 'content/01-aufraeumen/03-ein-ort-fuer-alles.md', 'video:', 'free: true\nvideo:', 'free: 3'],
  ['a longer film', `${lesson}.md`, /durationSeconds: \d+/, 'durationSeconds: 400', 'but the lesson lasts 400 s'],
  ['a late first chapter', `${lesson}.md`, '{ at: 0,', '{ at: 9,', 'the first chapter must begin at 0'],
  ['a broken stamp', `${lesson}.vtt`, '00:00:01.000 -->', '0:1 -->', '.vtt:3: „0:1'],
  ['a cue too long', `${lesson}.vtt`, '00:00:01.000 --> 00:00:03', '00:00:01.000 --> 00:00:09', 'a cue lasts 2 to 6'],
  [
    'a lesson out of place',
    'content/course.json',
    '"was-dich-heute-kostet",\n        "die-leere-werkbank"',
    '"die-leere-werkbank",\n        "was-dich-heute-kostet"',
    'this file must be',
  ],
  [
    'an unknown release',
    'content/releases.json',
    '"lessons": {}',
    '"lessons": { "nie": { "kind": "now" } }',
    'names no lesson',
  ],
  ['outdated law', 'content/legal/impressum.md', 'DDG', 'TMG', 'is outdated law'],
  ['drifted consent', 'content/consent.json', /"version": ".*"/, '"version": "alt"', 'its version differs'],
])('%s is found', (_, file, from, to, finding) => {
  expect(findingsAfter(file, (source) => source.replace(from, to))).toContain(finding)
})

test('a spoken text becomes captions, length and chapters, also twice', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'captions-'))
  made.push(root)
  cpSync('content', path.join(root, 'content'), { recursive: true })
  const part = Array.from({ length: 30 }, (_, index) => `Satz ${index} hat hier genau sieben kurze Worte.`).join(' ')
  const spoken = path.join(root, 'spoken.txt')
  writeFileSync(spoken, `# Der Anfang\n${part}\n# Das Ende\n${part}\n`)
  for (const _ of [1, 2]) expect(await contentCommand(['captions', 'was-dich-heute-kostet', spoken], root)).toBe(0)
  const source = readFileSync(path.join(root, `${lesson}.md`), 'utf8')
  expect(source).toMatch(/durationSeconds: 225\n/)
  expect(source.match(/chapters:/g)).toHaveLength(1)
  expect(source).toContain('chapters:\n  - { at: 0, title: "Der Anfang" }\n  - { at: 112, title: "Das Ende" }\n---')
  expect(readFileSync(path.join(root, `${lesson}.vtt`), 'utf8')).not.toContain('#')
  expect(checkContent(root).join('\n')).not.toContain(lesson)
})

test('built captions keep every word in order and fill the film', () => {
  const spoken = Array.from({ length: 60 }, (_, index) => `Satz ${index} hat hier genau sieben kurze Worte.`).join(' ')
  const seconds = Math.round((countWords(spoken) / 130) * 60) + 3
  const cues = parseVtt(buildVtt(spoken, seconds))
  expect(cues.map((cue) => cue.text).join(' ')).toBe(spoken)
  expect(cues.at(-1)?.to).toBeCloseTo(seconds - 2, 2)
})
