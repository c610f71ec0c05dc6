import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { filmMoment, onFilmMoment, onNoteAsked } from '#browser/film/filmLink.ts'
import type { LocalNote } from '#browser/notes/localNote.ts'
import type { NotesStore } from '#browser/notes/notesStore.ts'
import { clock } from '#components/clock.ts'
import { NoteField } from './NoteField.tsx'
import { noteWords } from './noteWords.ts'

interface ComposerProps {
  learnerId: string
  lessonId: string
  store: NotesStore
  /** The note being written here, which the list does not show yet. */
  draft: LocalNote | null
  onDraft: (key: string | null) => void
}

/** The place of this lesson's film in whole seconds; null before the first play. */
export function useFilmSecond(lessonId: string): number | null {
  const [second, setSecond] = useState<number | null>(null)
  useEffect(() => {
    const take = (at: number | undefined) => setSecond(at === undefined ? null : Math.floor(at))
    take(filmMoment(lessonId)?.second)
    return onFilmMoment((moment) => moment.lessonId === lessonId && take(moment.second))
  }, [lessonId])
  return second
}

/**
 * The field for a new note. With the first character it becomes one, at the film's second of that moment; from then on
 * it saves itself. „Fertig“ only moves it into the list.
 */
export function Composer({ learnerId, lessonId, store, draft, onDraft }: ComposerProps) {
  const playing = useFilmSecond(lessonId)
  const field = useRef<HTMLTextAreaElement>(null)
  const [asked, setAsked] = useState<number | null>(null)
  const [whole, setWhole] = useState(false)
  const second = draft ? draft.second : whole ? null : (asked ?? playing)
  const place = draft?.second ?? asked ?? playing

  useLayoutEffect(
    () =>
      onNoteAsked((wish) => {
        if (wish.lessonId !== lessonId) return
        if (field.current?.value === '') {
          setAsked(wish.second)
          setWhole(false)
        }
        field.current?.focus()
        field.current?.scrollIntoView({ block: 'center' })
      }),
    [lessonId],
  )

  const type = (text: string) => {
    if (draft) store.type(draft.key, text)
    else if (text !== '') onDraft(store.begin({ lessonId, kind: 'note', second, body: text }))
  }
  const done = () => {
    if (draft?.body.trim() === '') store.remove(draft.key)
    else if (draft) store.settle(draft.key)
    setAsked(null)
    onDraft(null)
    if (!draft) field.current?.blur()
    else field.current?.focus()
  }
  const words = draft && noteWords(draft)
  return (
    <div className="composer">
      <NoteField
        id={`neu-${lessonId}`}
        label="Neue Notiz"
        fieldRef={field}
        value={draft?.body ?? ''}
        left={`${learnerId}:${lessonId}`}
        describedBy={`neu-hilfe-${lessonId}`}
        onType={type}
        onRest={() => draft && store.settle(draft.key)}
        onDone={done}
      />
      <div className="composer-foot">
        {place !== null && (
          <fieldset className="composer-place" disabled={draft !== null}>
            <legend className="sr-only">Wozu gehört die Notiz?</legend>
            <label>
              <input type="radio" name={`ort-${lessonId}`} checked={second !== null} onChange={() => setWhole(false)} />
              <span>
                bei <span className="measure">{clock(place)}</span>
              </span>
            </label>
            <label>
              <input type="radio" name={`ort-${lessonId}`} checked={second === null} onChange={() => setWhole(true)} />
              <span>ganze Lektion</span>
            </label>
          </fieldset>
        )}
        {draft && (
          <button type="button" className="button button-quiet" onClick={done}>
            Fertig
          </button>
        )}
        {words && (
          <span className="note-state" data-tone={words.tone}>
            {words.text}
          </span>
        )}
      </div>
      <p className="field-hint" id={`neu-hilfe-${lessonId}`}>
        Wird von selbst gesichert. **So wird es fett**, *so kursiv*; „- “ am Anfang einer Zeile macht eine Liste.
      </p>
    </div>
  )
}
