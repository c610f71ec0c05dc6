import { hasWords, wordsOf } from './notebookRules.ts'

/** Characters searched before other requests of this process get their turn. */
const SLICE = 100_000

/**
 * The notes that contain all these words in their text or their lesson's title; all notes for a text without words.
 * Searched in slices, so that a book of four million characters keeps no other request waiting.
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
