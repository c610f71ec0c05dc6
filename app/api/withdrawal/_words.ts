import { z } from 'zod'

const words = z.string().max(2_000).default('')

/** The three fields of § 356a Abs. 2 BGB; `checkDeclaration` says in German what is wrong with each. */
export const declarationFields = { name: words, contract: words, email: words }
