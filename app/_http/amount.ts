import { z } from 'zod'

const SENTENCE = 'Gib einen Betrag über 0 € an, mit höchstens zwei Stellen nach dem Komma.'

/** „12,50“, „12.5“, „1.234,50 €“ → cents; null for anything else. */
export function parseEuros(text: string): number | null {
  const plain = text.replace(/\s|€/g, '')
  const [, grouped, whole, decimals = ''] = /^(?:(\d{1,3}(?:\.\d{3})+)|(\d{1,7}))(?:[.,](\d{1,2}))?$/.exec(plain) ?? []
  const euros = grouped?.replaceAll('.', '') ?? whole
  return euros === undefined ? null : Number(euros) * 100 + Number(decimals.padEnd(2, '0'))
}

/** Cents: as a number from JSON, as typed euros from a form. Absent = everything that is left. */
export const amountField = z
  .union([z.number(), z.string()], { error: SENTENCE })
  .optional()
  .transform((given, context) => {
    if (given === undefined) return null
    const cents = typeof given === 'number' ? given : parseEuros(given)
    if (cents !== null && Number.isSafeInteger(cents) && cents > 0) return cents
    context.addIssue({ code: 'custom', message: SENTENCE })
    return z.NEVER
  })
