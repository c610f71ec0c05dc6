import type { Lesson, SpokenCue } from '#ports'
import { fold, sentencesOf, wordsOf } from './words.ts'

/** What a passage is taken from. `further`: „Weiterlesen“ and any other section. */
export type PassageKind = 'title' | 'goal' | 'chapter' | 'text' | 'exercise' | 'checklist' | 'further' | 'spoken'

export interface Passage {
  kind: PassageKind
  place: number
  /** Second of the film at which it is spoken; null when it is only written. */
  second: number | null
  body: string
}

/** Section of a lesson's page → kind; the page's anchor is `sectionOf` of the kind. */
const kinds: Record<string, PassageKind> = { text: 'text', uebung: 'exercise', checkliste: 'checklist' }
const sections: Partial<Record<PassageKind, string>> = {
  text: 'text',
  exercise: 'uebung',
  checklist: 'checkliste',
  further: 'weiterlesen',
}

/** The anchor of a kind on the lesson's page; null for titles, goals, chapters and spoken sentences. */
export const sectionOf = (kind: string): string | null => sections[kind as PassageKind] ?? null

/**
 * One lesson as sentences: title, goal, chapters, every sentence of its text, and every spoken sentence with its
 * second. A sentence that is both written and spoken is one passage, of its written kind and with the second.
 */
export function passagesOf(lesson: Lesson, html: string, cues: SpokenCue[]): Passage[] {
  const found: Omit<Passage, 'place'>[] = [
    { kind: 'title', second: null, body: lesson.title },
    { kind: 'goal', second: null, body: lesson.goal },
    ...lesson.chapters.map(({ at, title }) => ({ kind: 'chapter' as const, second: at, body: title })),
  ]
  const written = new Map<string, Omit<Passage, 'place'>>()
  for (const { kind, text } of blocksOf(html))
    for (const body of sentencesOf(text)) {
      const passage = { kind, second: null, body }
      found.push(passage)
      written.set(key(body), passage)
    }
  for (const { second, body } of spokenSentences(cues)) {
    const twin = written.get(key(body))
    if (twin) twin.second ??= second
    else found.push({ kind: 'spoken', second, body })
  }
  const places = new Map<PassageKind, number>()
  return found.map((passage) => {
    const place = places.get(passage.kind) ?? 0
    places.set(passage.kind, place + 1)
    return { ...passage, place }
  })
}

const key = (sentence: string) => wordsOf(fold(sentence)).join(' ')

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }
const plain = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Paragraphs, list items and cells of our own rendered Markdown, with their section's kind; without section headings.
 */
function blocksOf(html: string): { kind: PassageKind; text: string }[] {
  return html.split(/(?=<section\b)/).flatMap((part) => {
    const id = /^<section id="([^"]+)"/.exec(part)?.[1] ?? 'text'
    return part
      .replace(/<h2\b[^>]*>.*?<\/h2>/s, '')
      .split(/<\/?(?:section|p|li|ul|ol|h\d|blockquote|div|table|thead|tbody|tr|td|th|pre|hr|br)\b[^>]*>/)
      .map(plain)
      .filter((text) => text !== '')
      .map((text) => ({ kind: kinds[id] ?? 'further', text }))
  })
}

/** Cues end anywhere in a sentence: joined they give sentences, each with the second of its first word. */
function spokenSentences(cues: SpokenCue[]): { second: number; body: string }[] {
  const starts: { at: number; from: number; to: number; length: number }[] = []
  let text = ''
  for (const cue of cues) {
    const words = cue.text
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
      .trim()
    if (words === '') continue
    starts.push({ at: text.length, from: cue.from, to: cue.to, length: words.length })
    text += `${words} `
  }
  let at = 0
  return sentencesOf(text).map((body) => {
    at = Math.max(at, text.indexOf(body, at))
    const cue = starts.findLast((one) => one.at <= at)!
    const second = cue.from + ((cue.to - cue.from) * Math.min(at - cue.at, cue.length)) / cue.length
    at += body.length
    return { second: Math.floor(second), body }
  })
}

const LONGEST_WORD = 40

/** Folded word → how often it occurs in these passages; a mistyped word may have meant one of them. */
export function vocabularyOf(bodies: string[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const body of bodies)
    for (const word of wordsOf(fold(body)))
      if (word.length >= 3 && word.length <= LONGEST_WORD && /\p{L}/u.test(word))
        times.set(word, (times.get(word) ?? 0) + 1)
  return times
}
