import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { useTyped } from '#components/early/useTyped.ts'
import { NOTE_LENGTH } from '#domain/learning/notes/noteLimits.ts'

const WARN_FROM = 18_000

interface NoteFieldProps {
  id: string
  label: string
  value: string
  onType: (text: string) => void
  /** Called when the field loses the focus, to keep the text at once. */
  onRest: () => void
  /** Strg+Enter or Escape. */
  onDone: () => void
  describedBy?: string
  autoFocus?: boolean
  hideLabel?: boolean
  fieldRef?: RefObject<HTMLTextAreaElement | null>
  /** The name under which its text is kept when the page is left before its scripts ran. */
  left?: string
}

/** The field for a note: as high as its text; its keys do not reach the player. */
export function NoteField(props: NoteFieldProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  const ref = props.fieldRef ?? own
  const { id, value, autoFocus } = props
  useTyped(ref, (field) => props.onType(field.value))
  useEffect(() => {
    const field = ref.current
    if (!autoFocus || !field) return
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
  }, [autoFocus, ref])
  const onKey = (event: KeyboardEvent) => {
    // The player's keys must not act while somebody writes.
    event.stopPropagation()
    const done = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
    if (!done) return
    event.preventDefault()
    props.onDone()
  }
  return (
    <div className="note-field">
      <label htmlFor={id} className={props.hideLabel ? 'sr-only' : 'field-label'}>
        {props.label}
      </label>
      <textarea
        id={id}
        ref={ref}
        className="input"
        rows={3}
        maxLength={NOTE_LENGTH}
        autoComplete="off"
        data-left={props.left}
        value={value}
        aria-describedby={props.describedBy}
        onChange={(event) => props.onType(event.target.value)}
        onBlur={props.onRest}
        onKeyDown={onKey}
      />
      {value.length >= WARN_FROM && (
        <p className="field-hint" role="status">
          Noch {(NOTE_LENGTH - value.length).toLocaleString('de-DE')} Zeichen. Für mehr leg eine zweite Notiz an.
        </p>
      )}
    </div>
  )
}
