import { useEffect, useRef, useState } from 'react'
import type { LocalNote } from '#browser/notes/localNote.ts'
import type { NotesStore } from '#browser/notes/notesStore.ts'
import { clock } from '#components/clock.ts'
import { BOOKMARK_LENGTH } from '#domain/learning/notes/noteLimits.ts'
import { Deleted } from './NoteItem.tsx'
import { NoteStamp } from './NoteStamp.tsx'
import { noteWords } from './noteWords.ts'

/** One marked second, with or without a name. */
export function BookmarkItem(props: { note: LocalNote; store: NotesStore; slug: string | null; here: boolean }) {
  const { note, store } = props
  const [naming, setNaming] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const name = useRef<HTMLButtonElement>(null)
  const wasNaming = useRef(false)
  useEffect(() => {
    if (naming) field.current?.focus()
    else if (wasNaming.current) name.current?.focus()
    wasNaming.current = naming
  }, [naming])
  if (note.deleted) return <Deleted what="Merkstelle gelöscht." onUndo={() => store.restore(note.key)} />
  const words = noteWords(note)
  const place = `Merkstelle bei ${clock(note.second ?? 0)}`
  const done = () => {
    store.settle(note.key)
    setNaming(false)
  }
  return (
    <li className="bookmark">
      <NoteStamp second={note.second} slug={props.slug} here={props.here} />
      {naming ? (
        <input
          ref={field}
          className="input"
          aria-label={`Name der ${place}`}
          maxLength={BOOKMARK_LENGTH}
          value={note.body}
          onChange={(event) => store.type(note.key, event.target.value)}
          onBlur={() => store.settle(note.key)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Enter' || event.key === 'Escape') done()
          }}
        />
      ) : (
        <span className={note.body ? 'bookmark-name' : 'bookmark-name text-muted'}>{note.body || 'ohne Namen'}</span>
      )}
      <span className="bookmark-foot">
        {words && words.tone !== 'done' && (
          <span className="note-state" data-tone={words.tone}>
            {words.text}
          </span>
        )}
        {naming ? (
          <button type="button" className="note-action" onClick={done}>
            Fertig
          </button>
        ) : (
          <button type="button" className="note-action" onClick={() => setNaming(true)} ref={name}>
            Benennen<span className="sr-only">: {place}</span>
          </button>
        )}
        <button type="button" className="note-action" onClick={() => store.remove(note.key)}>
          Löschen<span className="sr-only">: {place}</span>
        </button>
      </span>
    </li>
  )
}
