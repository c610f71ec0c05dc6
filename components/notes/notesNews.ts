import type { Answer, SentChange } from './localNote.ts'
import type { WaitingTick } from './outbox.ts'

/**
 * How the parts of a page, and the tabs of a browser, hear of each other's notes. `written` and `ticked`: somebody wrote
 * what the server may not know yet · `answered`: what became of it · `sync`: how the sending goes, on this page only.
 */
export type NotesNews =
  | { kind: 'written'; learnerId: string; change: SentChange }
  | { kind: 'answered'; learnerId: string; answer: Answer; sent: SentChange }
  | { kind: 'ticked'; learnerId: string; tick: WaitingTick }
  | { kind: 'sync'; learnerId: string; state: SyncState; message?: string }

/** `sent`: all that waited is over there · `offline`: no answer · `failing`: answered with an error · `login`: nobody is logged in. */
export type SyncState = 'sent' | 'offline' | 'failing' | 'login'

const CHANNEL = 'werkstatt-notizen'
const EVENT = 'werkstatt:notizen'
let channel: BroadcastChannel | null = null

function openChannel(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel
  channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = (event: MessageEvent<NotesNews>) => announceHere(event.data)
  return channel
}

const announceHere = (news: NotesNews) => {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: news }))
}

/** Tells this page and, unless it concerns only this one, the other tabs. */
export function announceNotes(news: NotesNews): void {
  announceHere(news)
  if (news.kind !== 'sync') openChannel()?.postMessage(news)
}

export function onNotesNews(listener: (news: NotesNews) => void): () => void {
  openChannel()
  const handler = (event: Event) => listener((event as CustomEvent<NotesNews>).detail)
  window.addEventListener(EVENT, handler)
  return () => window.removeEventListener(EVENT, handler)
}
