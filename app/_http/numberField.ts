import { z } from 'zod'

/** A number from JSON or from a form; NaN for anything else, which the verb then refuses with its own sentence. */
export const numberField = z
  .union([z.number(), z.string().max(40)])
  .optional()
  .transform((given) => {
    if (typeof given === 'number') return given
    const text = given?.trim() ?? ''
    return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  })
