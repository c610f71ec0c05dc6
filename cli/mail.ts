import { resendLetter } from '#domain/access/resendLetter.ts'
import { maskEmail } from '#domain/access/rules.ts'
import { closeLetter } from '#domain/mail/closeLetter.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { retryLetter } from '#domain/mail/retryLetter.ts'
import { retryParked } from '#domain/mail/retryParked.ts'
import { type LetterState, parkCauses } from '#domain/mail/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

const LISTED = 50

const line = (letter: LetterRow) =>
  [
    letter.id,
    letter.createdAt.toISOString(),
    letter.kind.padEnd(15),
    letter.state.padEnd(11),
    maskEmail(letter.toAddress),
    letter.reason ?? '',
  ].join('  ')

/** Actor and key for the audit log. */
const byHand = (ctx: Ctx) => ({ actor: 'cli', key: ctx.ids.uuid() })

/**
 * `mail list [state]`, `mail show <id>` (link and code blanked), `mail retry <id>` (same key), `mail resend <id>` (a
 * new letter), `mail close <id>` (done), `mail retry-parked <cause>` (all that wait for one cause).
 */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  list: async (ctx, [state]) => {
    const letters = await listLetters(ctx, { state: state as LetterState | undefined, limit: LISTED })
    console.log(letters.length === 0 ? 'No letters.' : letters.map(line).join('\n'))
  },
  show: async (ctx, [id]) => {
    const found = await getLetter(ctx, id ?? '')
    if (!found) throw new AppError('not_found', `No letter "${id ?? ''}".`)
    const { inputs: _, ...letter } = found.letter
    const preview = found.preview ? `${found.preview.subject}\n\n${found.preview.text}` : 'Its template is gone.'
    console.log(`${JSON.stringify(letter, null, 2)}\n\n${preview}`)
  },
  retry: async (ctx, [id]) => {
    if (!id) throw new AppError('invalid_input', 'mail retry <id>')
    await retryLetter(ctx, { letterId: id, ...byHand(ctx) })
    console.log('Under way again.')
  },
  resend: async (ctx, [id]) => {
    if (!id) throw new AppError('invalid_input', 'mail resend <id>')
    console.log(`A new letter: ${await resendLetter(ctx, { letterId: id, ...byHand(ctx) })}`)
  },
  close: async (ctx, [id]) => {
    if (!id) throw new AppError('invalid_input', 'mail close <id>')
    await closeLetter(ctx, { letterId: id, ...byHand(ctx) })
    console.log('Closed.')
  },
  'retry-parked': async (ctx, [cause]) => {
    const known = parkCauses.find((one) => one === cause)
    if (!known) throw new AppError('invalid_input', `mail retry-parked ${parkCauses.join('|')}`)
    const { redriven } = await retryParked(ctx, { cause: known, ...byHand(ctx) })
    console.log(`${redriven} under way again.`)
  },
}
