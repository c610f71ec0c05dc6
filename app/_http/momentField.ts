import { z } from 'zod'

/** An instant in a body: ISO text with a zone, or milliseconds since 1970. */
export const momentField = z
  .union([z.iso.datetime({ offset: true }), z.number().min(0).max(8.64e15)])
  .transform((at) => new Date(at))
