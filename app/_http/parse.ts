import type { z } from 'zod'
import { AppError } from '#errors'

/** zod with German sentences per field. Throws `invalid_input` with `fields`. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: germanIssue })
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) fields[issue.path.join('.') || 'body'] ??= issue.message
  throw new AppError('invalid_input', Object.keys(fields).join(', ').slice(0, 200), { fields })
}

function germanIssue(issue: {
  code?: string
  input?: unknown
  format?: unknown
  minimum?: unknown
  maximum?: unknown
}) {
  if (issue.input === undefined) return 'Diese Angabe fehlt.'
  switch (issue.code) {
    case 'invalid_type':
      return 'Diese Angabe hat die falsche Form.'
    case 'too_small':
      return `Das ist zu wenig, mindestens ${String(issue.minimum)}.`
    case 'too_big':
      return `Das ist zu viel, höchstens ${String(issue.maximum)}.`
    case 'invalid_format':
      return issue.format === 'email' ? 'Das ist keine gültige E-Mail-Adresse.' : 'Diese Angabe hat die falsche Form.'
    case 'unrecognized_keys':
      return 'Hier steht etwas, das wir nicht kennen.'
    default:
      return 'Diese Angabe passt nicht.'
  }
}
