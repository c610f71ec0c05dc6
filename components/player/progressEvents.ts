import type { LessonProgress } from './api.ts'

/**
 * How the parts of a lesson page hear of each other: player, tick and band share no parent that is client code. Other
 * tabs of this browser hear what is true of the account, `ticked` and `saved`.
 * `ticked`: by hand, sent soon · `saved`: in the database · `kept`: not yet; `where` says why · `revoked`: access has ended.
 */
export type ProgressNews =
  | { kind: 'ticked'; learnerId: string; lessonId: string; done: boolean }
  | { kind: 'saved'; learnerId: string; lesson: LessonProgress }
  /** `offline`: no answer · `journal`: on the server's disk · `failing`: the server answers with an error. */
  | { kind: 'kept'; where: 'offline' | 'journal' | 'failing' }
  | { kind: 'sent' }
  | { kind: 'revoked'; message: string }
  | { kind: 'login' }

const EVENT = 'werkstatt:progress'
const CHANNEL = 'werkstatt-fortschritt'
let channel: BroadcastChannel | null = null

function openChannel(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel
  channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = (event: MessageEvent<ProgressNews>) => announceHere(event.data)
  return channel
}

const announceHere = (news: ProgressNews): void => {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: news }))
}

export const announce = (news: ProgressNews): void => {
  announceHere(news)
  if (news.kind === 'ticked' || news.kind === 'saved') openChannel()?.postMessage(news)
}

export function onProgressNews(listener: (news: ProgressNews) => void): () => void {
  openChannel()
  const handler = (event: Event) => listener((event as CustomEvent<ProgressNews>).detail)
  window.addEventListener(EVENT, handler)
  return () => window.removeEventListener(EVENT, handler)
}
