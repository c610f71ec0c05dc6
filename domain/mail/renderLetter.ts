import { carriesCode, carriesMailOff, linkPathOf, type StoredInputs } from '#domain/mail/rules.ts'
import type { LetterRow } from '#domain/mail/store.ts'
import type { Ctx, RenderedLetter } from '#ports'

/**
 * The letter's bytes from its frozen inputs. Link and code are computed here and stored nowhere (I6); the same row
 * always gives the same bytes. Throws an `Error` when the key it was queued under is neither the current nor the
 * previous one.
 */
export async function renderLetter(ctx: Ctx, letter: LetterRow): Promise<RenderedLetter> {
  const { data, frame } = letter.inputs as unknown as StoredInputs
  const secrets: Record<string, string> = {}
  const linkPath = linkPathOf(letter.kind)
  if (linkPath) secrets.link = `${frame.siteUrl}${linkPath}?token=${ctx.tokens.linkToken(letter.id, letter.keyId)}`
  if (carriesCode(letter.kind)) secrets.code = ctx.tokens.loginCode(letter.id, letter.keyId)
  const ends = carriesMailOff(letter.kind) && letter.personId
  if (ends) secrets.mailOff = `${frame.siteUrl}/mails-aus?token=${ctx.tokens.mailOffToken(ends, letter.keyId)}`
  const rendered = await ctx.letters.render(letter.kind, letter.templateVersion, { ...data, frame, ...secrets })
  return ends ? { ...rendered, headers: unsubscribeHeaders(frame.siteUrl, secrets.mailOff!) } : rendered
}

/** A mail program's button posts to this address (RFC 8058); programs without such a button open it as a page. */
const unsubscribeHeaders = (siteUrl: string, page: string) => ({
  'List-Unsubscribe': `<${page.replace(`${siteUrl}/mails-aus`, `${siteUrl}/api/mail-off`)}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

/** The letter as the operator sees it: link and code are blanked. */
export function previewLetter(ctx: Ctx, letter: LetterRow): Promise<RenderedLetter> {
  const { data, frame } = letter.inputs as unknown as StoredInputs
  const blanked = { link: `${frame.siteUrl}/anmelden`, mailOff: `${frame.siteUrl}/mails-aus`, code: '••••••' }
  return ctx.letters.render(letter.kind, letter.templateVersion, { ...data, frame, ...blanked })
}
