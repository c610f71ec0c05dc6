import { carriesCode, carriesLink, type StoredInputs } from '#domain/mail/rules.ts'
import type { LetterRow } from '#domain/mail/store.ts'
import type { Ctx, RenderedLetter } from '#ports'

/**
 * The letter's bytes from its frozen inputs. Link and code are computed here and nowhere stored (I6): the same row
 * always gives the same bytes. Throws when the key it was queued under has left the ring.
 */
export function renderLetter(ctx: Ctx, letter: LetterRow): Promise<RenderedLetter> {
  const { data, frame } = letter.inputs as unknown as StoredInputs
  const secrets: Record<string, string> = {}
  if (carriesLink(letter.kind))
    secrets.link = `${frame.siteUrl}/anmelden/link?token=${ctx.tokens.linkToken(letter.id, letter.keyId)}`
  if (carriesCode(letter.kind)) secrets.code = ctx.tokens.loginCode(letter.id, letter.keyId)
  return ctx.letters.render(letter.kind, letter.templateVersion, { ...data, frame, ...secrets })
}

/** The same for a look by the operator: link and code are blanked. */
export function previewLetter(ctx: Ctx, letter: LetterRow): Promise<RenderedLetter> {
  const { data, frame } = letter.inputs as unknown as StoredInputs
  const blanked = { link: `${frame.siteUrl}/anmelden`, code: '••••••' }
  return ctx.letters.render(letter.kind, letter.templateVersion, { ...data, frame, ...blanked })
}
