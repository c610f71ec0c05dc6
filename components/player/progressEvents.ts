import type { LessonProgress } from './api.ts'

/**
 * How the parts of a lesson page hear of each other: player, tick and band share no parent that is client code.
 * `saved`: in the database · `kept`: not yet; `where` says why · `revoked`: access has ended.
 */
export type ProgressNews =
  | { kind: 'saved'; lesson: LessonProgress }
  /** `offline`: no answer · `journal`: on the server's disk · `failing`: the server answers with an error. */
  | { kind: 'kept'; where: 'offline' | 'journal' | 'failing' }
  | { kind: 'sent' }
  | { kind: 'revoked'; message: string }
  | { kind: 'login' }

const EVENT = 'werkstatt:progress'

export const announce = (news: ProgressNews): void => {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: news }))
}

export function onProgressNews(listener: (news: ProgressNews) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<ProgressNews>).detail)
  window.addEventListener(EVENT, handler)
  return () => window.removeEventListener(EVENT, handler)
}
