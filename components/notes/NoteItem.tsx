import { useEffect, useRef, useState } from 'react'
import type { LocalNote } from '#browser/notes/localNote.ts'
import type { NotesStore } from '#browser/notes/notesStore.ts'
import { clock } from '#components/clock.ts'
import { NoteField } from './NoteField.tsx'
import { NoteStamp } from './NoteStamp.tsx'
import { NoteText } from './NoteText.tsx'
import { COPY_LABEL, noteWords } from './noteWords.ts'

interface NoteItemProps {
  note: LocalNote
  store: NotesStore
  /** null: the lesson is no longer in the course. */
  slug: string | null
  here: boolean
}

/** One note, which can be read, edited, deleted and restored. */
export function NoteItem({ note, store, slug, here }: NoteItemProps) {
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useEffect(() => {
    // For keyboards: after editing, the focus goes back to the button.
    if (wasEditing.current && !editing) edit.current?.focus()
    wasEditing.current = editing
  }, [editing])
  if (note.deleted) return <Deleted what="Notiz gelöscht." onUndo={() => store.restore(note.key)} />
  const done = () => {
    setEditing(false)
    if (note.body.trim() === '') store.remove(note.key)
    else store.settle(note.key)
  }
  const words = noteWords(note)
  const place = note.second === null ? 'Notiz zur ganzen Lektion' : `Notiz bei ${clock(note.second)}`
  return (
    <li className="note" id={`notiz-${note.id}`} data-editing={editing}>
      <div className="note-head">
        <NoteStamp second={note.second} slug={slug} here={here} />
        {note.copyOf && <span className="note-copy label">{COPY_LABEL}</span>}
      </div>
      {editing ? (
        <NoteField
          id={`feld-${note.key}`}
          label="Notiz bearbeiten"
          hideLabel
          autoFocus
          value={note.body}
          onType={(text) => store.type(note.key, text)}
          onRest={() => store.settle(note.key)}
          onDone={done}
        />
      ) : (
        <NoteText body={note.body} />
      )}
      <div className="note-foot">
        {editing ? (
          <button type="button" className="note-action" onClick={done}>
            Fertig
          </button>
        ) : (
          <button type="button" className="note-action" onClick={() => setEditing(true)} ref={edit}>
            Bearbeiten<span className="sr-only">: {place}</span>
          </button>
        )}
        <button type="button" className="note-action" onClick={() => store.remove(note.key)}>
          Löschen<span className="sr-only">: {place}</span>
        </button>
        {words && (editing || words.tone !== 'done') && (
          <span className="note-state" data-tone={words.tone}>
            {words.text}
          </span>
        )}
        {note.sync === 'refused' && (
          <button type="button" className="note-action" onClick={store.retry}>
            Noch einmal senden
          </button>
        )}
      </div>
    </li>
  )
}

/** Shown instead of a deleted note, with „Rückgängig“; takes the focus of the delete button. */
export function Deleted({ what, onUndo }: { what: string; onUndo: () => void }) {
  const undo = useRef<HTMLButtonElement>(null)
  useEffect(() => undo.current?.focus(), [])
  return (
    <li className="note note-deleted">
      <p role="status">{what}</p>
      <button type="button" className="note-action" onClick={onUndo} ref={undo}>
        Rückgängig
      </button>
    </li>
  )
}
