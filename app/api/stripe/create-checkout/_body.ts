import { z } from 'zod'
import { accessLimits, normalizeEmail, whyUnusable } from '#domain/access/rules.ts'

const tick = z.boolean().default(false)

/** What the order page sends; `{}` orders the course with nothing declared. */
export const body = z.object({
  productType: z.string().max(50).default('kurs'),
  successUrl: z.string().max(2_000).optional(),
  cancelUrl: z.string().max(2_000).optional(),
  email: z
    .string()
    .max(accessLimits.addressLength)
    .refine((email) => normalizeEmail(email) !== null, { error: ({ input }) => whyUnusable(String(input)) })
    .transform((email) => email.trim())
    .optional(),
  attemptId: z.uuid().optional(),
  /** Cents; a form sends digits. */
  shownAmount: z
    .union([
      z.number().int().min(0),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .optional(),
  consent: z.object({ startNow: tick, acknowledgesLoss: tick }).optional(),
})
