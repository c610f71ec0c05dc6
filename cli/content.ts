import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent } from '#libs/content.ts'
import {
  ContentError,
  type CourseFile,
  type LessonFile,
  listLessonFiles,
  readConsentFile,
  readCourseFile,
  readLegalFile,
  readLessonFile,
  readOperatorFile,
  readReleasesFile,
} from '#libs/contentFiles.ts'
import { buildVtt, type Cue, countWords, cueSeconds, parseVtt, wordsPerMinute } from '#libs/webVtt.ts'

/** What the shop promises; another number of lessons must be changed here on purpose. */
const promised = { modules: 12, lessons: 75, free: 2 }
const textWords = { least: 250, most: 500 }
/** The transcript covers this share of the film and ends at most this many seconds before it. */
const coverage = { least: 0.9, quietEnd: 15 }
const chapterCount = { least: 2, most: 6 }
/** Least seconds of a chapter; shorter ones cannot be hit on a phone's time line. */
const chapterSeconds = 15
const sections = ['Text', 'Übung', 'Checkliste', 'Weiterlesen']
const pagesInTexts = ['/kurs', '/bestellen', '/konto', '/werkstatt', '/agb', '/widerruf', '/datenschutz', '/impressum']
const legalPages = ['impressum', 'datenschutz', 'agb', 'widerruf', 'barrierefreiheit'] as const
const outdated = [/ec\.europa\.eu\/consumers\/odr/, /\bTMG\b/, /§ 356 Abs\. 5/]

/** One thing to correct: `file:line: what is wrong`. */
export type Finding = string

const usage = `content check                         checks every file of content/
content captions <lesson> <text file>  writes the transcript of a spoken text beside the lesson, and length and
                                       chapters into its front matter; a line „# Title“ begins a chapter`

/** `cli content …`; answers the exit code. */
export async function contentCommand(args: string[], root = process.cwd()): Promise<number> {
  const [verb, ...rest] = args
  if (verb === 'check') return printCheck(root)
  if (verb === 'captions' && rest[0] && rest[1]) return writeCaptions(root, rest[0], rest[1])
  console.error(usage)
  return 2
}

/** The same as `noun verb` table for `cli/main.ts`; needs no `Ctx`, so that it also works on broken content. */
export const commands: Record<'check' | 'captions', (ctx: unknown, args: string[]) => Promise<void>> = {
  check: async (_, args) => {
    process.exitCode = await contentCommand(['check', ...args])
  },
  captions: async (_, args) => {
    process.exitCode = await contentCommand(['captions', ...args])
  },
}

function printCheck(root: string): number {
  const findings = checkContent(root)
  for (const finding of findings) console.error(finding)
  if (findings.length > 0) {
    console.error(`${findings.length} to correct.`)
    return 1
  }
  const { lessons, modules } = createContent(root, courseRules).course()
  const hours = (lessons.reduce((sum, lesson) => sum + lesson.durationSeconds, 0) / 3600).toFixed(1)
  const written = lessons.filter((lesson) => lesson.written).length
  console.log(
    `content/ is sound: ${modules.length} modules, ${lessons.length} lessons, ${hours} h, ${written} fully written.`,
  )
  return 0
}

/** Every finding in `content/` below `root`, in file order; empty when all is well. */
export function checkContent(root: string): Finding[] {
  const findings: Finding[] = []
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ContentError)) throw error
      findings.push(error.message)
      return null
    }
  }
  const lessons = listLessonFiles(root).flatMap((file) => attempt(() => readLessonFile(root, file, courseRules)) ?? [])
  const course = attempt(() => readCourseFile(root))
  if (course) findings.push(...checkOutline(course, lessons))
  const ids = new Set(lessons.map((lesson) => lesson.id))
  for (const lesson of lessons) findings.push(...checkLesson(root, lesson, ids))
  findings.push(...checkLooseCaptions(root))
  const releases = attempt(() => readReleasesFile(root, courseRules))
  for (const id of Object.keys(releases?.lessons ?? {}))
    if (!ids.has(id)) findings.push(`content/releases.json:1: lessons.${id} names no lesson.`)
  for (const id of Object.keys(releases?.modules ?? {}))
    if (!course?.modules.some((module) => module.id === id))
      findings.push(`content/releases.json:1: modules.${id} names no module.`)
  attempt(() => findings.push(...checkLegal(root)))
  if (findings.length === 0) attempt(() => legalPages.map(createContent(root, courseRules).legalHtml))
  return findings
}

function checkOutline(course: CourseFile, lessons: LessonFile[]): Finding[] {
  const findings: Finding[] = []
  const say = (message: string) => findings.push(`content/course.json:1: ${message}`)
  const listed = course.modules.flatMap((module) => module.lessons)
  const fileOf = new Map(lessons.map((lesson) => [lesson.id, lesson.file]))
  course.modules.forEach((module, index) => {
    if (module.number !== index + 1)
      say(`module ${module.id} has number ${module.number}, but stands in place ${index + 1}.`)
    module.lessons.forEach((id, place) => {
      const file = fileOf.get(id)
      const wanted = `content/${two(index + 1)}-${module.id}/${two(place + 1)}-${id}.md`
      if (!file) say(`lesson ${id} of module ${module.id} has no file; it belongs at ${wanted}.`)
      else if (file !== wanted) findings.push(`${file}:1: by its place in course.json this file must be ${wanted}.`)
    })
  })
  for (const id of repeated(course.modules.map((module) => module.id))) say(`module id ${id} appears twice.`)
  for (const id of repeated(listed)) say(`lesson ${id} is listed twice.`)
  for (const key of ['id', 'video', 'title'] as const)
    for (const value of repeated(lessons.map((lesson) => lesson[key])))
      for (const lesson of lessons.filter((one) => one[key] === value))
        findings.push(`${lesson.file}:${lineOf(lesson, `${key}:`)}: ${key} „${value}“ is used by more than one lesson.`)
  for (const lesson of lessons)
    if (!listed.includes(lesson.id)) findings.push(`${lesson.file}:2: is not listed in course.json.`)
  const counts = {
    modules: course.modules.length,
    lessons: listed.length,
    free: lessons.filter((one) => one.free).length,
  }
  for (const key of ['modules', 'lessons', 'free'] as const)
    if (counts[key] !== promised[key]) say(`${key}: ${counts[key]}, promised are ${promised[key]}.`)
  return findings
}

function checkLesson(root: string, lesson: LessonFile, ids: Set<string>): Finding[] {
  const source = readFileSync(path.join(root, lesson.file), 'utf8')
  const findings: Finding[] = []
  const say = (line: number, message: string) => findings.push(`${lesson.file}:${line}: ${message}`)
  if (!lesson.goal.startsWith('Danach kannst du '))
    say(lineIn(source, 'goal:'), 'the goal must begin with „Danach kannst du“.')
  const found = splitSections(lesson.body)
  for (const name of found.keys())
    if (!sections.includes(name))
      say(lineIn(source, `## ${name}`), `unknown section „${name}“; known: ${sections.join(', ')}.`)
  const words = countWords(found.get('Text') ?? '')
  if (lesson.written) {
    for (const name of ['Text', 'Übung', 'Checkliste'])
      if (!found.has(name)) say(1, `a written lesson needs „## ${name}“.`)
    if (words < textWords.least || words > textWords.most)
      say(lineIn(source, '## Text'), `${words} words; a written text has ${textWords.least} to ${textWords.most}.`)
    if (!/Minuten?\b/.test(found.get('Übung') ?? ''))
      say(lineIn(source, '## Übung'), 'the exercise names no time box in minutes.')
    if (lesson.captions === null) say(1, 'a written lesson needs a transcript; `content captions` makes one.')
  } else if (words < 20) say(lineIn(source, '## Text'), 'the preview needs at least 20 words.')
  source.split('\n').forEach((row, index) => {
    for (const [, href] of row.matchAll(/\]\(([^)\s]+)/g)) {
      const target = /^\/lektionen\/([^#?]+)/.exec(href ?? '')?.[1]
      if (target && !ids.has(target)) say(index + 1, `links to ${href}, but there is no such lesson.`)
      else if (!target && !/^https:\/\//.test(href ?? '') && !pagesInTexts.includes(href ?? ''))
        say(index + 1, `links to ${href}, which is no page of ours.`)
    }
  })
  const body = source.indexOf('\n---\n')
  const quote = source.indexOf('"', body)
  if (quote > body) say(source.slice(0, quote).split('\n').length, 'straight quotes; write „…“.')
  if (lesson.captions !== null) findings.push(...checkCaptions(lesson, lesson.captions))
  findings.push(...checkChapters(lesson, source))
  return findings
}

function checkChapters(lesson: LessonFile, source: string): Finding[] {
  const { chapters } = lesson
  const cues = cuesOf(lesson)
  const say = (message: string) => `${lesson.file}:${lineIn(source, 'chapters:')}: ${message}`
  if (chapters.length === 0)
    return lesson.written ? [say('a written lesson needs chapters; `content captions` makes them.')] : []
  const findings: Finding[] = []
  if (chapters[0]?.at !== 0) findings.push(say('the first chapter must begin at 0.'))
  if (chapters.length > chapterCount.most || chapters.length < chapterCount.least)
    findings.push(say(`${chapters.length} chapters; a lesson has ${chapterCount.least} to ${chapterCount.most}.`))
  chapters.forEach((chapter, index) => {
    const lasts = (chapters[index + 1]?.at ?? lesson.durationSeconds) - chapter.at
    if (lasts < chapterSeconds)
      findings.push(say(`chapter „${chapter.title}“ lasts ${lasts} s; a chapter lasts ${chapterSeconds} or more.`))
    if (chapter.at > 0 && cues.length > 0 && !cues.some((cue) => Math.floor(cue.from) === chapter.at))
      findings.push(say(`chapter „${chapter.title}“ begins in the middle of a caption.`))
  })
  return findings
}

/** Unreadable captions are `checkCaptions`' finding. */
function cuesOf(lesson: LessonFile): Cue[] {
  try {
    return lesson.captions === null ? [] : parseVtt(lesson.captions)
  } catch {
    return []
  }
}

function checkCaptions(lesson: LessonFile, source: string): Finding[] {
  const file = lesson.file.replace(/\.md$/, '.vtt')
  let cues: Cue[]
  try {
    cues = parseVtt(source)
  } catch (error) {
    return [`${file}:${(error as Error).message}`]
  }
  const first = cues[0]
  const last = cues.at(-1)
  if (!first || !last) return [`${file}:1: has no cues.`]
  const findings: Finding[] = []
  cues.forEach((cue, index) => {
    const lasts = cue.to - cue.from
    if (lasts < cueSeconds.least - 0.01 || lasts > cueSeconds.most + 0.01)
      findings.push(
        `${file}:${cue.line}: lasts ${lasts.toFixed(1)} s; a cue lasts ${cueSeconds.least} to ${cueSeconds.most}.`,
      )
    if (cue.from < (cues[index - 1]?.to ?? 0) - 0.001)
      findings.push(`${file}:${cue.line}: begins before the cue above ends.`)
    if (cue.text === '') findings.push(`${file}:${cue.line}: is empty.`)
  })
  const quiet = lesson.durationSeconds - last.to
  if (quiet < 0 || quiet > coverage.quietEnd)
    findings.push(
      `${file}:${last.line}: ends at ${last.to.toFixed(1)} s, but the lesson lasts ${lesson.durationSeconds} s.`,
    )
  const spoken = cues.reduce((sum, cue) => sum + cue.to - cue.from, 0)
  if (spoken < coverage.least * lesson.durationSeconds)
    findings.push(
      `${file}:1: covers ${Math.round((spoken / lesson.durationSeconds) * 100)} % of the film; 90 % are needed.`,
    )
  const pace = (cues.reduce((sum, cue) => sum + countWords(cue.text), 0) / (last.to - first.from)) * 60
  if (pace < wordsPerMinute.least || pace > wordsPerMinute.most)
    findings.push(
      `${file}:1: ${Math.round(pace)} words a minute; ${wordsPerMinute.least} to ${wordsPerMinute.most} are spoken well.`,
    )
  return findings
}

function checkLooseCaptions(root: string): Finding[] {
  const lessons = new Set(listLessonFiles(root))
  const folders = new Set([...lessons].map((file) => path.dirname(file)))
  return [...folders].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.vtt') && !lessons.has(`${folder}/${name.replace(/\.vtt$/, '.md')}`))
      .map((name) => `${folder}/${name}:1: belongs to no lesson.`),
  )
}

function checkLegal(root: string): Finding[] {
  const findings: Finding[] = []
  for (const page of legalPages)
    readLegalFile(root, page)
      .split('\n')
      .forEach((row, index) => {
        for (const old of outdated) {
          const hit = old.exec(row)
          if (hit) findings.push(`content/legal/${page}.md:${index + 1}: „${hit[0]}“ is outdated law.`)
        }
      })
  const { versions } = readOperatorFile(root)
  if (readConsentFile(root).version !== versions.consent)
    findings.push('content/consent.json:2: its version differs from versions.consent in operator.json.')
  return findings
}

/** The spoken text becomes the `.vtt` beside the lesson; the film's length and its chapters follow from it. */
function writeCaptions(root: string, lessonId: string, textFile: string): number {
  // Found by file name, so that an unreadable lesson does not stop this one.
  const file = listLessonFiles(root).find((one) => path.basename(one).replace(/^\d+-/, '') === `${lessonId}.md`)
  if (!file) {
    console.error(`There is no lesson ${lessonId}.`)
    return 1
  }
  const { spoken, titles } = splitChapters(readFileSync(textFile, 'utf8'))
  const pace = (wordsPerMinute.least + wordsPerMinute.most) / 2
  const durationSeconds = Math.round((countWords(spoken) / pace) * 60) + 3
  const vtt = buildVtt(spoken, durationSeconds)
  const chapters = placeChapters(titles, parseVtt(vtt))
  writeFileSync(path.join(root, file.replace(/\.md$/, '.vtt')), vtt)
  const target = path.join(root, file)
  writeFileSync(target, withFilm(readFileSync(target, 'utf8'), durationSeconds, chapters))
  console.log(`Written: ${durationSeconds} s, ${chapters.length} chapters, in ${file}.`)
  return 0
}

interface ChapterTitle {
  title: string
  /** Number of words spoken before the chapter. */
  after: number
}

function splitChapters(source: string): { spoken: string; titles: ChapterTitle[] } {
  const titles: ChapterTitle[] = []
  const rows: string[] = []
  for (const row of source.split('\n')) {
    const title = /^#+\s+(.+)$/.exec(row)?.[1]?.trim()
    if (title) titles.push({ title, after: rows.join(' ').split(/\s+/).filter(Boolean).length })
    else rows.push(row)
  }
  return { spoken: rows.join('\n'), titles }
}

/** A chapter begins with the cue that holds its first word; the first one with the film. */
function placeChapters(titles: ChapterTitle[], cues: Cue[]): { at: number; title: string }[] {
  let words = 0
  const starts = cues.map((cue) => {
    const before = words
    words += cue.text.split(/\s+/).length
    return { at: Math.floor(cue.from), until: words, before }
  })
  return titles.map(({ title, after }) => ({
    title,
    at: after === 0 ? 0 : (starts.find((start) => start.until > after)?.at ?? 0),
  }))
}

function withFilm(source: string, durationSeconds: number, chapters: { at: number; title: string }[]): string {
  const end = source.indexOf('\n---\n', 4)
  const head = source
    .slice(0, end)
    .replace(/\nchapters:(\n {2}- .*)*/, '')
    .replace(/\ndurationSeconds: .*/, `\ndurationSeconds: ${durationSeconds}`)
  const rows = chapters.map(({ at, title }) => `\n  - { at: ${at}, title: "${title}" }`)
  return `${head}${rows.length > 0 ? `\nchapters:${rows.join('')}` : ''}${source.slice(end)}`
}

function splitSections(body: string): Map<string, string> {
  const parts = body.split(/^## /m).slice(1)
  return new Map(parts.map((part) => [part.split('\n', 1)[0]?.trim() ?? '', part.slice(part.indexOf('\n') + 1)]))
}

const two = (value: number) => String(value).padStart(2, '0')
const repeated = (values: string[]) => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
const lineIn = (source: string, start: string) => source.split('\n').findIndex((row) => row.startsWith(start)) + 1 || 1
const frontMatterOrder = ['id:', 'title:', 'goal:', 'durationSeconds:', 'free:', 'video:', 'written:', 'chapters:']
const lineOf = (lesson: LessonFile, key: string) =>
  frontMatterOrder.filter((one) => lesson.free || one !== 'free:').indexOf(key) + 2
