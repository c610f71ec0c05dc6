import { hasWords, wordsOf } from './notebookRules.ts'

/** Characters looked through before others get their turn. */
const SLICE = 100_000

/**
 * The notes that have these words in their text or in their lesson's title. A book of four million characters is looked
 * through in slices, so that it keeps nobody else waiting.
 */
export async function findNotes<Note extends { lessonId: string; body: string }>(
  data: { notes: Note[]; lessons: { id: string; title: string }[] },
  text: string,
): Promise<Note[]> {
  const words = wordsOf(text)
  if (words.length === 0) return data.notes
  const titles = new Map(data.lessons.map(({ id, title }) => [id, title]))
  const found: Note[] = []
  let looked = 0
  for (const note of data.notes) {
    if (hasWords(words, `${note.body} ${titles.get(note.lessonId) ?? ''}`)) found.push(note)
    looked += note.body.length
    if (looked < SLICE) continue
    looked = 0
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return found
}
