import { createNews } from '#browser/kit/news.ts'
import type { ProgressState } from '#domain/learning/rules.ts'

/**
 * Messages between the parts of a lesson page: player, tick and band have no common parent that is client code. Other
 * tabs of this browser get `ticked` and `saved`. `ticked`: by hand, sent soon · `saved`: in the database · `kept`: not
 * yet, `where` says why · `revoked`: the access has ended.
 */
export type ProgressNews =
  | { kind: 'ticked'; learnerId: string; lessonId: string; done: boolean }
  | { kind: 'saved'; learnerId: string; lesson: ProgressState }
  /** `offline`: no answer · `journal`: on the server's disk · `failing`: the server answers with an error. */
  | { kind: 'kept'; where: 'offline' | 'journal' | 'failing' }
  | { kind: 'sent' }
  | { kind: 'revoked'; message: string }
  | { kind: 'login' }

const news = createNews<ProgressNews>('werkstatt-fortschritt', ({ kind }) => kind === 'ticked' || kind === 'saved')

export const announce = news.announce
export const onProgressNews = news.listen
