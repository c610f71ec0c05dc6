import { maskEmail } from '#domain/access/rules.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { redriveLetter } from '#domain/mail/redriveLetter.ts'
import type { LetterState } from '#domain/mail/rules.ts'
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

/** `mail list [state]`, `mail show <id>` (link and code blanked), `mail resend <id>` (one that stands still). */
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
  resend: async (ctx, [id]) => {
    if (!id) throw new AppError('invalid_input', 'mail resend <id>')
    await redriveLetter(ctx, id)
    console.log('Under way again.')
  },
}
