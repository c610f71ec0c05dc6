import type { Content, Ctx } from '#ports'
import { type Passage, passagesOf, vocabularyOf } from './passages.ts'
import { lockIndex, readIndexHash, replaceIndex } from './store.ts'

type CoursePassage = Passage & { lessonId: string }

/** Content is read once per process, so one hash per process is enough. */
const hashes = new WeakMap<Content, string>()

const readCourse = ({ content }: Ctx): CoursePassage[] =>
  content.course().lessons.flatMap((lesson) =>
    passagesOf(lesson, content.lessonHtml(lesson.id), content.cues(lesson.id)).map((passage) => ({
      lessonId: lesson.id,
      ...passage,
    })),
  )

/**
 * Brings the search's index in line with `content/`, in one transaction, when it was made from other content. Answers
 * the passages written, 0 when there was nothing to do. Safe in any number of workers: while one writes, the others
 * leave it alone. While an old and a new version run side by side the last writer wins; a reader never sees half an
 * index. Throws `database_unavailable`.
 */
export async function indexCourse(ctx: Ctx): Promise<{ passages: number }> {
  let hash = hashes.get(ctx.content)
  let read: CoursePassage[] | null = null
  if (!hash) {
    read = readCourse(ctx)
    hash = ctx.ids.fromName(JSON.stringify(read))
    hashes.set(ctx.content, hash)
  }
  if ((await readIndexHash(ctx.db)) === hash) return { passages: 0 }
  const passages = read ?? readCourse(ctx)
  const index = { hash, passages, vocabulary: vocabularyOf(passages.map(({ body }) => body)), now: ctx.clock.now() }
  const written = await ctx.db.transaction(async (db) => {
    if (!(await lockIndex(db)) || (await readIndexHash(db)) === hash) return false
    await replaceIndex(db, index)
    return true
  })
  if (!written) return { passages: 0 }
  ctx.log.info({ passages: passages.length, words: index.vocabulary.size }, 'course indexed for the search')
  return { passages: passages.length }
}
