import { berlinDay } from '#domain/calendar/berlinDays.ts'
import {
  arrangeFound,
  type NotebookChapter,
  type NotebookData,
  type NotebookFilter,
  type NotebookPage,
} from './notebookRules.ts'

/** Second → „4:12“, as the lesson page says it. */
const stamp = (second: number) => `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, '0')}`
/** Indents further lines of a text, so that they stay inside their list item. */
const indented = (text: string) => text.trim().replaceAll('\n', '\n  ')

/**
 * The book as one Markdown file: modules, lessons, notes with their second and a link to it, bookmarks, checklists. The
 * caller has chosen the notes by the filter's words (`findNotes`). `siteUrl` without a trailing slash. What a learner
 * typed stays as typed.
 */
export function notebookMarkdown(
  data: NotebookData,
  filter: NotebookFilter,
  about: { siteUrl: string; now: Date },
): string {
  const chapters = arrangeFound(data, filter)
  const head = `# Mein Werkstatt-Heft\n\nStand ${berlinDay(about.now)}\n`
  if (chapters.length === 0) return `${head}\nHier steht noch nichts.\n`
  return `${head}${chapters.map((chapter) => chapterMarkdown(chapter, about.siteUrl)).join('')}`
}

function chapterMarkdown(chapter: NotebookChapter, siteUrl: string): string {
  const title = chapter.module ? `${chapter.module.number} · ${chapter.module.title}` : 'Frühere Lektionen'
  return `\n## ${title}\n${chapter.lessons.map((page) => pageMarkdown(page, siteUrl)).join('')}`
}

function pageMarkdown({ lesson, notes, bookmarks, checklist }: NotebookPage, siteUrl: string): string {
  const link = (second: number) =>
    lesson ? `[${stamp(second)}](${siteUrl}/lektionen/${lesson.slug}?t=${Math.floor(second)})` : stamp(second)
  const parts = [
    `### ${lesson ? `Lektion ${lesson.number}: ${lesson.title}` : 'Eine Lektion, die es nicht mehr gibt'}`,
    ...notes.map((note) => `${note.second === null ? '' : `**${link(note.second)}**\n\n`}${note.body.trim()}`),
    bookmarks.map((note) => `- ${link(note.second ?? 0)} ${indented(note.body) || 'Merkstelle'}`).join('\n'),
    checklist.map((item) => `- [${item.ticked ? 'x' : ' '}] ${item.text}`).join('\n'),
  ]
  return `\n${parts.filter(Boolean).join('\n\n')}\n`
}
