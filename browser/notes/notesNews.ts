import { createNews } from '#browser/kit/news.ts'
import type { Answer, SentChange } from './localNote.ts'
import type { WaitingTick } from './notesQueue.ts'

/**
 * Messages about notes between the parts of a page and the tabs of a browser. `written` and `ticked`: a change that the
 * server may not know yet · `answered`: the server's answer to it · `sync`: how the sending goes, on this page only.
 */
export type NotesNews =
  | { kind: 'written'; learnerId: string; change: SentChange }
  | { kind: 'answered'; learnerId: string; answer: Answer; sent: SentChange }
  | { kind: 'ticked'; learnerId: string; tick: WaitingTick }
  | { kind: 'sync'; learnerId: string; state: SyncState; message?: string }

/**
 * `sent`: the server has everything · `offline`: no answer · `failing`: answered with an error · `login`: nobody is
 * logged in.
 */
export type SyncState = 'sent' | 'offline' | 'failing' | 'login'

const news = createNews<NotesNews>('werkstatt-notizen', ({ kind }) => kind !== 'sync')

/** Tells this page and, unless it concerns only this one, the other tabs. */
export const announceNotes = news.announce
export const onNotesNews = news.listen
