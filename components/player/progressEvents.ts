import type { LessonProgress } from './api.ts'

/**
 * How the parts of a lesson page hear of each other: player, tick and band share no parent that is client code.
 * `saved`: in the database · `kept`: only in this browser for now · `revoked`: access has ended.
 */
export type ProgressNews =
  | { kind: 'saved'; lesson: LessonProgress }
  | { kind: 'kept'; offline: boolean }
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
