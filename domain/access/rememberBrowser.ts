import {
  dayNumber,
  PEOPLE_PER_BROWSER,
  proofFor,
  proofsIn,
  signedText,
  writtenProof,
} from '#domain/access/browserProofs.ts'
import { days } from '#domain/access/rules.ts'
import { findPerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

const REMEMBERED_MS = days(180)

/** The value of the cookie `known` after a proven login in this browser; null for an unknown person. */
export async function rememberBrowser(ctx: Ctx, personId: string, cookie: string | null): Promise<string | null> {
  const person = await findPerson(ctx, { id: personId })
  if (!person) return null
  const before = proofFor(ctx, cookie, person.emailNormal)
  const facts = {
    id: before?.id ?? ctx.ids.secret().slice(0, 11),
    version: person.sessionVersion,
    endsOn: dayNumber(new Date(ctx.clock.now().getTime() + REMEMBERED_MS)),
  }
  const entry = { ...facts, proof: ctx.tokens.browserProof(signedText(facts, person.emailNormal)) }
  const others = proofsIn(cookie).filter(({ id }) => id !== entry.id)
  return [entry, ...others].slice(0, PEOPLE_PER_BROWSER).map(writtenProof).join('~')
}
