import { carriesCode, carriesMailOff, linkPathOf, type StoredInputs } from '#domain/mail/rules.ts'
import type { LetterRow } from '#domain/mail/store.ts'
import type { Ctx, RenderedLetter } from '#ports'

/**
 * The letter's bytes from its frozen inputs. Link and code are computed here and nowhere stored (I6): the same row
 * always gives the same bytes. Throws when the key it was queued under has left the ring.
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

/** The button of a mail program posts to the same token (RFC 8058); without it, the link opens the page. */
const unsubscribeHeaders = (siteUrl: string, page: string) => ({
  'List-Unsubscribe': `<${page.replace(`${siteUrl}/mails-aus`, `${siteUrl}/api/mail-off`)}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

/** The same for a look by the operator: link and code are blanked. */
export function previewLetter(ctx: Ctx, letter: LetterRow): Promise<RenderedLetter> {
  const { data, frame } = letter.inputs as unknown as StoredInputs
  const blanked = { link: `${frame.siteUrl}/anmelden`, mailOff: `${frame.siteUrl}/mails-aus`, code: '••••••' }
  return ctx.letters.render(letter.kind, letter.templateVersion, { ...data, frame, ...blanked })
}
