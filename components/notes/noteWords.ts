import type { LocalNote } from '#browser/notes/localNote.ts'
import type { SyncState } from '#browser/notes/notesNews.ts'

/** Words about saving; with the next step when it does not work. */
export interface SaveWords {
  tone: 'done' | 'busy' | 'wait' | 'error'
  text: string
}

/** The state of one note, for its own line; null when there is nothing to say. */
export function noteWords(note: LocalNote): SaveWords | null {
  switch (note.sync) {
    case 'refused':
      return {
        tone: 'error',
        text: `Nicht übertragen: ${note.message ?? 'Das wurde abgelehnt.'} Der Text liegt auf diesem Gerät.`,
      }
    case 'kept':
      return { tone: 'wait', text: 'nur auf diesem Gerät, wird übertragen' }
    case 'saving':
      return { tone: 'busy', text: 'wird gesichert …' }
    case 'saved':
      return { tone: 'done', text: 'gespeichert' }
  }
}

/** The state of all notes together, for the head of the section. */
export function syncWords(notes: readonly LocalNote[], sync: SyncState): SaveWords | null {
  const open = notes.filter((note) => !note.deleted || note.pending !== null)
  const kept = open.filter((note) => note.sync === 'kept').length
  const refused = open.some((note) => note.sync === 'refused')
  const many = kept === 1 ? 'Eine Änderung liegt' : `${kept} Änderungen liegen`
  if (kept > 0 && sync === 'login')
    return { tone: 'wait', text: `${many} auf diesem Gerät. Melde dich an, dann werden sie übertragen.` }
  if (kept > 0)
    return {
      tone: 'wait',
      text:
        sync === 'offline'
          ? `Die Verbindung ist weg. ${many} auf diesem Gerät und ${kept === 1 ? 'wird' : 'werden'} später übertragen.`
          : `Wir kommen gerade nicht an deine Notizen. ${many} auf diesem Gerät und ${kept === 1 ? 'wird' : 'werden'} später übertragen.`,
    }
  if (refused) return { tone: 'error', text: 'Eine Notiz wurde nicht übertragen.' }
  return null
}

export const COPY_LABEL = 'Fassung aus einem anderen Fenster'
