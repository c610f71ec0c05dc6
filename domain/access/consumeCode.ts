import { knownBrowser } from '#domain/access/knownBrowser.ts'
import { accessLimits, normalizeCode } from '#domain/access/rules.ts'
import {
  codeCandidates,
  consumeLoginToken,
  findPerson,
  holdOwner,
  type LoginTokenRow,
  takeCodeTry,
} from '#domain/access/store.ts'
import { type LoggedIn, welcomeIn } from '#domain/access/welcomeIn.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/** A browser may hold codes of several requests; more than this are not looked at. */
const CANDIDATES = 3

/**
 * Spends the code of a login letter that this browser asked for (`browserHash` = SHA-256 of its pre-login cookie) and
 * opens a proven session. A guess is counted before it is checked and stays counted, so parallel guesses gain nothing:
 * 5 per letter, plus limits per network and for everybody together. Only guesses that could be right use up those two,
 * and the common one does not stop a browser that has logged in with the letter's address before. Throws `code_wrong`
 * for every unusable code, whatever the reason, and `rate_limited`.
 */
export async function consumeCode(
  ctx: Ctx,
  input: { code: string; browserHash: string | null; known?: string | null; device: string; ip: string },
): Promise<LoggedIn> {
  const code = normalizeCode(input.code)
  if (!code || !input.browserHash) throw new AppError('code_wrong')
  const now = ctx.clock.now()
  const candidates = await codeCandidates(ctx, input.browserHash, now, CANDIDATES)
  const tryable = await takeCodeTry(
    ctx,
    candidates.map((candidate) => candidate.id),
    accessLimits.codeTries,
  )
  if (tryable.length === 0) throw new AppError('code_wrong')
  await ctx.limits.consume('code_guess_per_ip', input.ip)
  await countGuess(ctx, candidates, input.known ?? null)
  const match = candidates.find(
    (candidate) => tryable.includes(candidate.id) && candidate.codeHash === ctx.tokens.codeHash(candidate.id, code),
  )
  if (!match) throw new AppError('code_wrong')
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    // A correction of the address at this moment ends the link: the lock lets one of the two go first.
    await holdOwner(inside, match.tokenHash)
    const token = await consumeLoginToken(inside, match.tokenHash, now)
    if (!token) throw new AppError('code_wrong')
    return welcomeIn(inside, token, input.device)
  })
}

/** Strangers may use up the limit that everybody shares; a browser that has logged in with this address goes on. */
async function countGuess(ctx: Ctx, candidates: LoginTokenRow[], known: string | null): Promise<void> {
  try {
    await ctx.limits.consume('code_guess_global', 'all')
  } catch (refusal) {
    const [newest] = candidates
    const person = known && newest ? await findPerson(ctx, { id: newest.personId }) : null
    if (!person || (await knownBrowser(ctx, known, person.emailNormal)) === null) throw refusal
  }
}
