import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { ReleasePlan } from '#ports'

/** A file of `content/` that cannot be used. The message names file, line where known, and the cure. */
export class ContentError extends Error {}

/** Bounds that the course must keep; the domain says which (`domain/learning/courseRules.ts`). */
export interface CourseRules {
  lessonSeconds: { least: number; most: number }
  releaseDays: number
}

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use small letters, digits and single hyphens')
const text = z.string().trim().min(1, 'write a text')

const frontMatter = ({ lessonSeconds }: CourseRules) =>
  z.strictObject({
    id,
    title: text,
    goal: text,
    durationSeconds: z.int().min(lessonSeconds.least).max(lessonSeconds.most),
    free: z.boolean().default(false),
    video: z.guid(),
    written: z.boolean(),
    /** Where the film's parts begin; `at` in whole seconds. `content captions` writes them. */
    chapters: z.array(z.strictObject({ at: z.int().min(0), title: text })).default([]),
  })

export interface LessonFile extends z.infer<ReturnType<typeof frontMatter>> {
  /** Path below the project root, for messages. */
  file: string
  body: string
  /** WebVTT text of the file beside it. */
  captions: string | null
}

const courseFile = z.strictObject({
  id: z.literal('kurs'),
  title: text,
  modules: z
    .array(
      z.strictObject({
        id,
        number: z.int().min(1),
        title: text,
        subtitle: text,
        tool: id,
        goal: text,
        lessons: z.array(id).min(1),
      }),
    )
    .min(1),
})

export type CourseFile = z.infer<typeof courseFile>

const clock = /^([01]\d|2[0-3]):[0-5]\d$/
const releasesFile = ({ releaseDays }: CourseRules): z.ZodType<ReleasePlan> => {
  const rule = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('now') }),
    z.strictObject({ kind: z.literal('date'), at: z.string().regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/) }),
    z.strictObject({ kind: z.literal('days'), days: z.int().min(0).max(releaseDays), time: z.string().regex(clock) }),
  ])
  return z.strictObject({
    default: rule,
    modules: z.record(z.string(), rule),
    lessons: z.record(z.string(), rule),
  })
}

const consentFile = z.strictObject({ version: text, startNow: text, acknowledgesLoss: text })
export type ConsentFile = z.infer<typeof consentFile>

const optional = text.nullable()
const operatorFile = z.strictObject({
  name: text,
  legalForm: optional,
  representative: optional,
  street: text,
  postalCode: text,
  city: text,
  country: text,
  email: text,
  phone: text,
  vatId: optional,
  register: optional,
  taxRegime: z.enum(['regular', 'small_business']),
  accessYears: z.int().min(1).max(99),
  versions: z.strictObject({ terms: text, withdrawal: text, consent: text }),
  about: optional,
  hosting: text,
  /** How long the host keeps access logs; the privacy page promises it. */
  logDays: z.int().min(1).max(30),
  supervisoryAuthority: text,
})
export type OperatorFile = z.infer<typeof operatorFile>

/** `content/course.json`. Throws `ContentError`. */
export const readCourseFile = (root: string): CourseFile => readJson(root, 'content/course.json', courseFile)
/** `content/releases.json`. Throws `ContentError`. */
export const readReleasesFile = (root: string, rules: CourseRules): ReleasePlan =>
  readJson(root, 'content/releases.json', releasesFile(rules))
/** `content/consent.json`. Throws `ContentError`. */
export const readConsentFile = (root: string): ConsentFile => readJson(root, 'content/consent.json', consentFile)
/** `content/operator.json`. Throws `ContentError`. */
export const readOperatorFile = (root: string): OperatorFile => readJson(root, 'content/operator.json', operatorFile)

/** Every lesson file below `content/`, in file order, as paths below the root. */
export function listLessonFiles(root: string): string[] {
  const found: string[] = []
  for (const folder of readdirSync(path.join(root, 'content'), { withFileTypes: true })) {
    if (!folder.isDirectory() || !/^\d\d-/.test(folder.name)) continue
    for (const name of readdirSync(path.join(root, 'content', folder.name)))
      if (name.endsWith('.md')) found.push(`content/${folder.name}/${name}`)
  }
  return found.sort()
}

/** One lesson with its captions. Throws `ContentError` with file, line and cure. */
export function readLessonFile(root: string, file: string, rules: CourseRules): LessonFile {
  const source = readText(root, file)
  const match = /^---\n([\s\S]*?)\n---\n/.exec(source)
  if (!match)
    throw new ContentError(`${file}:1: has no front matter. Begin with a line ---, the fields, and a line ---.`)
  let fields: unknown
  try {
    fields = parse(match[1] ?? '')
  } catch (error) {
    throw new ContentError(`${file}:1: the front matter is no YAML: ${(error as Error).message}`)
  }
  const parsed = frontMatter(rules).safeParse(fields)
  if (!parsed.success) throw new ContentError(explain(file, source, parsed.error))
  return {
    ...parsed.data,
    file,
    body: source.slice(match[0].length).trim(),
    captions: readOptional(root, file.replace(/\.md$/, '.vtt')),
  }
}

/** The Markdown of a legal page. Throws `ContentError`. */
export const readLegalFile = (root: string, page: string): string => readText(root, `content/legal/${page}.md`)

function readJson<T>(root: string, file: string, schema: z.ZodType<T>): T {
  const source = readText(root, file)
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (error) {
    throw new ContentError(`${file}: is no JSON: ${(error as Error).message}`)
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new ContentError(explain(file, source, parsed.error))
  return parsed.data
}

function explain(file: string, source: string, error: z.ZodError): string {
  const issue = error.issues[0]
  const key =
    issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.findLast((part) => typeof part === 'string')
  const line = source.split('\n').findIndex((row) => new RegExp(`^\\s*"?${String(key)}"?\\s*:`).test(row)) + 1
  const where = issue?.path.join('.') || String(key ?? 'the file')
  return `${file}:${line || 1}: ${where} is not usable: ${issue?.message ?? 'unknown'}. Correct this field.`
}

function readText(root: string, file: string): string {
  const found = readOptional(root, file)
  if (found === null) throw new ContentError(`${file}: is missing. Restore it from Git.`)
  return found
}

function readOptional(root: string, file: string): string | null {
  try {
    return readFileSync(path.join(root, file), 'utf8').replaceAll('\r\n', '\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
