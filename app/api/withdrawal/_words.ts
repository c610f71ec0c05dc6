import { z } from 'zod'

const words = z.string().max(2_000).default('')

/** The three fields of § 356a Abs. 2 BGB; what is wrong with them says `checkDeclaration`, in German and per field. */
export const declarationFields = { name: words, contract: words, email: words }
