import { FieldError } from '#components/ui/FieldError.tsx'

type Field = 'name' | 'contract' | 'email'

interface DeclarationFieldsProps {
  values: Record<Field, string>
  errors: Partial<Record<Field, string>>
  limits: Record<Field, number>
}

const texts: Record<Field, { label: string; hint?: string; autoComplete?: string; type?: 'email' }> = {
  name: { label: 'Dein Name', autoComplete: 'name' },
  contract: {
    label: 'Welcher Vertrag?',
    hint: 'Die Bestellnummer aus deiner Bestätigung, zum Beispiel W-2026-0117. Nicht zur Hand? Schreib, was du noch weißt.',
  },
  email: {
    label: 'E-Mail-Adresse für die Eingangsbestätigung',
    hint: 'Es darf auch eine andere sein als bei der Bestellung.',
    autoComplete: 'email',
    type: 'email',
  },
}

/** Exactly what § 356a Abs. 2 BGB asks for. Plain fields: they must work without any script. */
export function DeclarationFields({ values, errors, limits }: DeclarationFieldsProps) {
  const names = ['name', 'contract', 'email'] as const
  const first = names.find((name) => errors[name])
  return (
    <div className="grid gap-6">
      {names.map((name) => (
        <DeclarationField
          key={name}
          {...{ name, value: values[name], error: errors[name], limit: limits[name], focus: name === first }}
        />
      ))}
    </div>
  )
}

interface DeclarationFieldProps {
  name: Field
  value: string
  error: string | undefined
  limit: number
  focus: boolean
}

function DeclarationField({ name, value, error, limit, focus }: DeclarationFieldProps) {
  const { label, hint, autoComplete, type } = texts[name]
  const id = `widerruf-${name}`
  const described = [error && `${id}-fehler`, hint && `${id}-hinweis`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        name={name}
        type={type ?? 'text'}
        inputMode={type}
        defaultValue={value}
        maxLength={limit}
        autoComplete={autoComplete ?? 'off'}
        spellCheck={false}
        autoCapitalize={type ? 'none' : undefined}
        aria-required="true"
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        // biome-ignore lint/a11y/noAutofocus: back from a refused form, the first field that needs something
        autoFocus={focus}
      />
      <FieldError id={`${id}-fehler`} text={error} />
      {hint && (
        <p className="field-hint" id={`${id}-hinweis`}>
          {hint}
        </p>
      )}
    </div>
  )
}
