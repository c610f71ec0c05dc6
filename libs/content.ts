import { Marked, type Tokens } from 'marked'
import { AppError } from '#errors'
import {
  ContentError,
  type CourseFile,
  type CourseRules,
  type LessonFile,
  listLessonFiles,
  type OperatorFile,
  readConsentFile,
  readCourseFile,
  readLegalFile,
  readLessonFile,
  readOperatorFile,
  readReleasesFile,
} from '#libs/contentFiles.ts'
import { parseVtt } from '#libs/webVtt.ts'
import type { Content, Course, CourseModule, Lesson, Operator, SpokenCue } from '#ports'

/**
 * The course from `content/` below `root`, read once and checked by the domain's `rules`; works without a database.
 * `siteUrl` (no trailing slash) goes into the legal texts. Throws `ContentError` that names file and cure.
 * Unknown lesson ids throw `AppError('not_found')`.
 */
export function createContent(root: string, rules: CourseRules, options: { siteUrl?: string } = {}): Content {
  const files = readLessons(root, rules)
  const course = joinCourse(readCourseFile(root), files)
  const byId = new Map(course.lessons.map((lesson) => [lesson.id, lesson]))
  const releases = readReleasesFile(root, rules)
  const consent = readConsentFile(root)
  const operator = readOperatorFile(root)
  const file = (lessonId: string): LessonFile => {
    const found = files.get(lessonId)
    if (!found) throw new AppError('not_found', `no lesson ${lessonId}`)
    return found
  }
  const lessonHtml = memoise((lessonId) => renderLesson(file(lessonId).body))
  const checklist = memoise((lessonId) => readChecklist(file(lessonId).body))
  const legalHtml = memoise((page) => renderLegal(readLegalFile(root, page), operator, options.siteUrl ?? '', page))
  return {
    course: () => course,
    lesson: (slugOrId) => byId.get(slugOrId) ?? null,
    lessonHtml,
    checklist,
    captions: (lessonId) => file(lessonId).captions,
    cues: (lessonId) => readCues(file(lessonId).captions),
    releases: () => releases,
    consent: () => consent,
    legalHtml,
    withdrawalInstruction: () => legalHtml('widerruf').replace(/^[\s\S]*?(?=<h2)/, ''),
  }
}

/** The operator's data of `content/operator.json`; `placeholders` are the paths still holding `[[…]]`. */
export function readOperator(root: string): Operator {
  const operator = readOperatorFile(root)
  return {
    name: operator.name,
    legalForm: operator.legalForm,
    street: operator.street,
    postalCode: operator.postalCode,
    city: operator.city,
    country: operator.country,
    email: operator.email,
    phone: operator.phone,
    vatId: operator.vatId,
    taxRegime: operator.taxRegime,
    accessYears: operator.accessYears,
    versions: operator.versions,
    about: operator.about,
    placeholders: findPlaceholders(operator),
  }
}

/** Unreadable captions count as none here, so that no page fails; the command `content check` names them. */
function readCues(captions: string | null): SpokenCue[] {
  try {
    return captions === null ? [] : parseVtt(captions)
  } catch {
    return []
  }
}

function readLessons(root: string, rules: CourseRules): Map<string, LessonFile> {
  const lessons = new Map<string, LessonFile>()
  for (const path of listLessonFiles(root)) {
    const lesson = readLessonFile(root, path, rules)
    const twin = lessons.get(lesson.id)
    if (twin)
      throw new ContentError(`${path}:2: the id ${lesson.id} is already used by ${twin.file}. Give one a new id.`)
    lessons.set(lesson.id, lesson)
  }
  return lessons
}

function joinCourse(outline: CourseFile, files: Map<string, LessonFile>): Course {
  const lessons: Lesson[] = []
  const modules = outline.modules.map((module): CourseModule => {
    const own = module.lessons.map((lessonId): Lesson => {
      const file = files.get(lessonId)
      if (!file)
        throw new ContentError(
          `content/course.json: lesson ${lessonId} of module ${module.id} has no file. Add content/NN-modul/NN-lektion.md with this id, or remove it here.`,
        )
      return {
        id: file.id,
        slug: file.id,
        number: 0,
        moduleId: module.id,
        title: file.title,
        goal: file.goal,
        durationSeconds: file.durationSeconds,
        free: file.free,
        videoGuid: file.video,
        written: file.written,
        chapters: file.chapters,
        hasCaptions: file.captions !== null,
      }
    })
    lessons.push(...own)
    return { ...module, lessons: own }
  })
  lessons.forEach((lesson, index) => {
    lesson.number = index + 1
  })
  return { id: outline.id, title: outline.title, modules, lessons }
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)

const markdown = new Marked({
  gfm: true,
  renderer: {
    link({ href, title, tokens }) {
      const outside = /^https?:/i.test(href) ? ' rel="noopener noreferrer"' : ''
      const hint = title ? ` title="${escapeHtml(title)}"` : ''
      return `<a href="${escapeHtml(href)}"${hint}${outside}>${this.parser.parseInline(tokens)}</a>`
    },
  },
})

/** Wide tables scroll inside a focusable frame, so that the page itself stays as wide as the phone. */
const render = (source: string) =>
  markdown
    .parse(source, { async: false })
    .trim()
    .replaceAll('<table>', '<div class="table-wrap" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')

/** Heading → anchor: „Übung“ becomes `uebung`. */
function anchor(heading: string): string {
  const plain = heading
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

/** One `<section id="text|uebung|checkliste|…">` per `## ` heading, so that pages can jump and style by section. */
function renderLesson(body: string): string {
  return body
    .split(/^(?=## )/m)
    .map((part) => {
      const heading = /^## (.+)\n/.exec(part)
      if (!heading?.[1]) return render(part)
      const name = anchor(heading[1])
      return `<section id="${name}" class="lesson-${name}" aria-labelledby="${name}-titel">\n<h2 id="${name}-titel">${escapeHtml(heading[1])}</h2>\n${render(part.slice(heading[0].length))}\n</section>`
    })
    .filter((part) => part !== '')
    .join('\n')
}

/** The items of the section „Checkliste“. */
function readChecklist(body: string): { text: string; html: string }[] {
  const section = /^## Checkliste\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(body)?.[1] ?? ''
  return markdown.lexer(section).flatMap((token) =>
    token.type !== 'list'
      ? []
      : (token as Tokens.List).items.map((item) => {
          const html = render(item.text).replace(/^<p>([\s\S]*)<\/p>$/, '$1')
          return { text: decodeHtml(html.replace(/<[^>]+>/g, '')), html }
        }),
  )
}

const decodeHtml = (html: string) =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'")

function renderLegal(source: string, operator: OperatorFile, siteUrl: string, page: string): string {
  const values = legalValues(operator, siteUrl)
  const filled = source
    .replace(/\{\{#if ([\w.]+)\}\}([\s\S]*?)\{\{\/if\}\}/g, (_, name: string, inner: string) =>
      values[name] ? inner : '',
    )
    .replace(/\{\{([\w.]+)\}\}/g, (_, name: string) => {
      const value = values[name]
      if (value === undefined)
        throw new ContentError(
          `content/legal/${page}.md: {{${name}}} is unknown. Known: ${Object.keys(values).join(', ')}.`,
        )
      return value
    })
  return render(filled).replace(/\[\[.*?\]\]/g, (mark) => `<mark class="placeholder">${mark}</mark>`)
}

function legalValues(operator: OperatorFile, siteUrl: string): Record<string, string> {
  const regular = operator.taxRegime === 'regular'
  return {
    'operator.name': operator.name,
    'operator.legalForm': operator.legalForm ?? '',
    'operator.representative': operator.representative ?? '',
    'operator.street': operator.street,
    'operator.postalCode': operator.postalCode,
    'operator.city': operator.city,
    'operator.country': operator.country,
    'operator.email': operator.email,
    'operator.phone': operator.phone,
    'operator.vatId': operator.vatId ?? '',
    'operator.register': operator.register ?? '',
    'operator.hosting': operator.hosting,
    'operator.supervisoryAuthority': operator.supervisoryAuthority,
    accessYears: String(operator.accessYears),
    logDays: String(operator.logDays),
    'versions.terms': operator.versions.terms,
    'versions.withdrawal': operator.versions.withdrawal,
    taxRegular: regular ? 'ja' : '',
    taxSmall: regular ? '' : 'ja',
    siteUrl,
  }
}

function findPlaceholders(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return value.includes('[[') ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => findPlaceholders(inner, path ? `${path}.${key}` : key))
}

function memoise<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(key)
    known.set(key, made)
    return made
  }
}
