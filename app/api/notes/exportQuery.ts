import { z } from 'zod'

/** The notebook's filter, as its page has it in its address. */
export const exportQuery = z.object({
  modul: z.string().optional(),
  art: z.string().optional(),
  text: z.string().optional(),
})
