'use client'

import './notes.css'
import { Bookmark } from 'lucide'
import { useLayoutEffect, useState } from 'react'
import { askBookmark, filmMoment, onBookmarkAsked } from '#browser/film/filmLink.ts'
import type { LocalNote } from '#browser/notes/localNote.ts'
import type { NotesStore } from '#browser/notes/notesStore.ts'
import { byPlace, isNear } from '#browser/notes/places.ts'
import { clock } from '#components/clock.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import { BookmarkItem } from './BookmarkItem.tsx'
import { Composer, useFilmSecond } from './Composer.tsx'
import { NoteItem } from './NoteItem.tsx'
import { syncWords } from './noteWords.ts'
import { useNotes } from './useNotes.ts'

export interface NotesSectionProps {
  learnerId: string
  lesson: { id: string; slug: string }
  stored: NoteState[]
  /** False while the lesson is locked: existing notes stay, new ones cannot be begun. */
  canBegin: boolean
  /** The server could not read the notes just now. */
  away: boolean
}

/** Notes and bookmarks of one lesson, on its page. */
export function NotesSection({ learnerId, lesson, stored, canBegin, away }: NotesSectionProps) {
  const { notes, sync, store } = useNotes({ learnerId, lessonId: lesson.id, stored })
  const [draftKey, setDraftKey] = useState<string | null>(null)
  const draft = notes.find((note) => note.key === draftKey && !note.deleted) ?? null
  const sorted = [...notes].sort(byPlace)
  const own = sorted.filter((note) => note.kind === 'note' && note.key !== draft?.key)
  const bookmarks = sorted.filter((note) => note.kind === 'bookmark')
  const words = syncWords(notes, sync)
  return (
    <section id="notizen" className="notes" aria-labelledby="notizen-titel">
      <div className="notes-head">
        <h2 id="notizen-titel">Notizen</h2>
        <a className="link" href="/heft">
          Mein Werkstatt-Heft
        </a>
      </div>
      {away && (
        <Notice kind="wait" title="Wir kommen gerade nicht an deine Notizen.">
          <p>Verloren ist nichts. Was du jetzt schreibst, bleibt auf diesem Gerät und wird später übertragen.</p>
        </Notice>
      )}
      <div role="status">
        {words && (
          <Notice kind={words.tone === 'error' ? 'error' : 'wait'}>
            <p>{words.text}</p>
          </Notice>
        )}
      </div>
      {canBegin ? (
        <Composer learnerId={learnerId} lessonId={lesson.id} store={store} draft={draft} onDraft={setDraftKey} />
      ) : (
        <p className="text-muted">Neue Notizen gehen, sobald die Lektion offen ist.</p>
      )}
      <noscript>
        <p className="text-muted">Zum Schreiben braucht dein Browser JavaScript. Lesen kannst du alles auch so.</p>
      </noscript>
      {own.length > 0 && (
        <ol className="note-list" aria-label="Deine Notizen">
          {own.map((note) => (
            <NoteItem key={note.key} note={note} store={store} slug={lesson.slug} here={canBegin} />
          ))}
        </ol>
      )}
      <Bookmarks bookmarks={bookmarks} lesson={lesson} store={store} canBegin={canBegin} />
    </section>
  )
}

interface BookmarksProps {
  bookmarks: LocalNote[]
  lesson: { id: string; slug: string }
  store: NotesStore
  canBegin: boolean
}

/** The lesson's bookmarks, and the button for a new one, which does the same as the key b. */
function Bookmarks({ bookmarks, lesson, store, canBegin }: BookmarksProps) {
  const [said, setSaid] = useState('')
  const second = useFilmSecond(lesson.id)
  useLayoutEffect(() => {
    if (!canBegin) return
    return onBookmarkAsked((place) => {
      if (place.lessonId !== lesson.id) return
      const near = store.notes().find((note) => isNear(note, place.second))
      if (near) return setSaid(`Bei ${clock(near.second ?? 0)} ist schon eine Merkstelle.`)
      store.begin({ lessonId: lesson.id, kind: 'bookmark', second: Math.round(place.second * 10) / 10, body: '' })
      setSaid(`Stelle ${clock(place.second)} gemerkt.`)
    })
  }, [lesson.id, store, canBegin])
  if (!canBegin && bookmarks.length === 0) return null
  const mark = () => askBookmark({ lessonId: lesson.id, second: filmMoment(lesson.id)?.second ?? 0 })
  return (
    <div className="bookmarks">
      <div className="notes-head">
        <h3>Merkstellen</h3>
        {canBegin && (
          <button type="button" className="button button-quiet" onClick={mark} disabled={second === null}>
            <Icon of={Bookmark} size={18} />
            {second === null ? 'Stelle merken' : `Stelle ${clock(second)} merken`}
          </button>
        )}
      </div>
      {bookmarks.length === 0 ? (
        <p className="text-muted">
          Läuft der Film, merkst du dir mit diesem Knopf eine Stelle, die du wiedersehen willst. Mit Tastatur geht es
          auch mit B.
        </p>
      ) : (
        <ol className="bookmark-list" aria-label="Deine Merkstellen">
          {bookmarks.map((note) => (
            <BookmarkItem key={note.key} note={note} store={store} slug={lesson.slug} here={canBegin} />
          ))}
        </ol>
      )}
      <p role="status" className="bookmark-said">
        {said}
      </p>
    </div>
  )
}
