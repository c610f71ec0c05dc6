import 'server-only'
import { cookies } from 'next/headers'
import { cookieName } from '#app/_http/cookies.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { readWithdrawalCookie, type WithdrawalCarry } from '#app/_http/withdrawalCookie.ts'
import { purchasesOf } from '#domain/sales/purchasesOf.ts'
import type { Declaration } from '#domain/sales/withdrawal/rules.ts'

/** What this browser carries between the pages of the withdrawal. */
export async function carriedWithdrawal(): Promise<WithdrawalCarry | null> {
  const { settings } = await pageCtx()
  return readWithdrawalCookie((await cookies()).get(cookieName('withdrawal', settings.siteUrl))?.value)
}

/**
 * The three fields, filled in as far as we know the viewer; empty for a guest. Never fails, because the form must
 * always be shown.
 */
export async function knownDeclaration(): Promise<Declaration> {
  const [ctx, visitor] = await Promise.all([pageCtx(), viewer()])
  const nothing = { name: '', contract: '', email: '' }
  if (!visitor || visitor.degraded) return nothing
  try {
    const [newest] = (await purchasesOf(ctx, visitor.personId)).filter(({ state }) => state !== 'foreign')
    return {
      name: visitor.name ?? newest?.name ?? '',
      contract: newest?.number ?? '',
      // Only a proven viewer gets to see the account's address.
      email: visitor.kind === 'proven' ? (visitor.email ?? '') : '',
    }
  } catch (error) {
    ctx.log.warn({ err: error }, 'withdrawal form without prefill')
    return nothing
  }
}
