import { z } from 'zod'

/** A number from JSON or as a form sends it; NaN for anything else, so that the verb's own sentence answers. */
export const numberField = z
  .union([z.number(), z.string().max(40)])
  .optional()
  .transform((given) => {
    if (typeof given === 'number') return given
    const text = given?.trim() ?? ''
    return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  })
