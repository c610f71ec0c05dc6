import type { ReactNode } from 'react'

/** A form that was refused: it opens again as it was, under the same key. */
export interface Refused {
  form?: string
  values?: Record<string, string>
}

interface AskProps {
  /** Unique on the page: tells a refused form from its neighbours. */
  id: string
  action: string
  /** The page to come back to. */
  back: string
  /** On the button that asks: „Erstatten“. */
  label: string
  /** What will happen, in one or two sentences. */
  children: ReactNode
  /** On the button that does it: „Ja, 349,00 € erstatten“. */
  confirm: string
  danger?: boolean
  /** Open from the start, because the page's address asks for it. */
  open?: boolean
  refused: Refused | null
  fields?: ReactNode
}

/**
 * An action that asks once, even without JavaScript: the first button opens the question, the second one acts. The key
 * is made with the page, so a double click is one action.
 */
export function Ask(props: AskProps) {
  const { id, action, back, label, children, confirm, danger = false, open = false, refused, fields } = props
  const again = refused?.form === id
  return (
    <details className="ask" name="ask" open={again || open}>
      <summary className={danger ? 'button button-quiet ask-danger' : 'button button-quiet'}>{label}</summary>
      <form method="post" action={action} className="ask-panel" id={`${id}-form`}>
        <input type="hidden" name="key" value={(again && refused.values?.key) || crypto.randomUUID()} />
        <input type="hidden" name="back" value={back} />
        <input type="hidden" name="form" value={id} />
        <div className="ask-what">{children}</div>
        {fields}
        <button className={danger ? 'button ask-do ask-do-danger' : 'button button-secondary ask-do'} type="submit">
          {confirm}
        </button>
      </form>
    </details>
  )
}

interface AskFieldProps {
  name: string
  label: string
  hint?: string
  refused: Refused | null
  form: string
  required?: boolean
  inputMode?: 'decimal' | 'email' | 'text'
  maxLength?: number
  type?: 'text' | 'email' | 'date' | 'time'
  /** The initial value. */
  value?: string
}

/** One line of text, a day or a time inside an `Ask`. */
export function AskField(props: AskFieldProps) {
  const { name, label, hint, refused, form, required, inputMode, maxLength = 500, type = 'text', value } = props
  const id = `${form}-${name}`
  const typed = type === 'text' || type === 'email'
  return (
    <p className="ask-field">
      <label htmlFor={id}>{label}</label>
      <input
        className="input"
        id={id}
        name={name}
        type={type}
        inputMode={inputMode}
        required={required}
        maxLength={typed ? maxLength : undefined}
        defaultValue={refused?.form === form ? refused.values?.[name] : value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        autoComplete="off"
        spellCheck={false}
      />
      {hint && (
        <span className="field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </p>
  )
}
