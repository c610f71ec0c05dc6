import { z } from 'zod'
import { setCookie } from '#app/_http/cookies.ts'
import { declarationLimits } from '#domain/sales/withdrawal/rules.ts'

/**
 * What the withdrawal form carries between its pages: first the three fields as typed, then only the id of the stored
 * declaration. In a cookie that lives half an hour and not in the URL, because addresses and names do not belong there.
 */

export type WithdrawalCarry =
  | { step: 'typed'; id: string; name: string; contract: string; email: string }
  | { step: 'done'; id: string }

const words = z.string().max(400)
const carry = z.discriminatedUnion('step', [
  z.object({ step: z.literal('typed'), id: z.uuid(), name: words, contract: words, email: words }),
  z.object({ step: z.literal('done'), id: z.uuid() }),
])

/** Cuts a field to a little more than allowed: too long remains too long, and all fields fit into one cookie. */
const cut = (text: string, field: keyof typeof declarationLimits) =>
  [...text].slice(0, declarationLimits[field] + 20).join('')

export function keepWithdrawal(value: WithdrawalCarry, siteUrl: string): string {
  const small =
    value.step === 'done'
      ? value
      : {
          ...value,
          name: cut(value.name, 'name'),
          contract: cut(value.contract, 'contract'),
          email: cut(value.email, 'email'),
        }
  return setCookie('withdrawal', Buffer.from(JSON.stringify(small)).toString('base64url'), siteUrl)
}

/** null for none, and for anything that is not of this shape. */
export function readWithdrawalCookie(value: string | null | undefined): WithdrawalCarry | null {
  if (!value) return null
  try {
    return carry.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))).data ?? null
  } catch {
    return null
  }
}
