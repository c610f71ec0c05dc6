interface ReleaseMailsProps {
  on: boolean
  action: string
  /** A sentence after the form: what was refused, or what holds now. */
  said?: string | null
}

/** One switch as a plain form: it is used once, so it needs no script. */
export function ReleaseMails({ on, action, said }: ReleaseMailsProps) {
  return (
    <form method="post" action={action} className="mt-4">
      <p>
        {on
          ? 'Wenn nach Plan etwas Neues offen ist, bekommst du morgens um sieben eine Mail, höchstens eine am Tag.'
          : 'Du bekommst keine Mail, wenn etwas Neues offen ist. Deine Lektionen öffnen trotzdem nach Plan.'}
      </p>
      <input type="hidden" name="on" value={on ? 'off' : 'on'} />
      <button type="submit" className="button button-secondary mt-4">
        {on ? 'Diese Mails abstellen' : 'Diese Mails anstellen'}
      </button>
      <p role="status" className="mt-2 text-green">
        {said}
      </p>
    </form>
  )
}
