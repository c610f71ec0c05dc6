import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { keepWithdrawal } from '#app/_http/withdrawalCookie.ts'
import { declarationFields } from '#app/api/withdrawal/_words.ts'
import { declareWithdrawal } from '#domain/sales/withdrawal/declareWithdrawal.ts'
import { checkDeclaration } from '#domain/sales/withdrawal/rules.ts'

const body = z.object({ id: z.uuid(), ...declarationFields })
const formErrorPath = (fehler: string) => paths.withdrawalConfirm({ fehler })

/** „Widerruf bestätigen“: stores the declaration. The answer is the same whatever order it names, if any. */
export const POST = route({ body, forms: true, formErrorPath }, async ({ ctx, input, ip, cookie, isForm }) => {
  const { siteUrl } = ctx.settings
  if (isForm && Object.keys(checkDeclaration(input).fields).length > 0)
    return seeOther(paths.withdrawal({ fehler: 'angaben' }), {
      cookies: [keepWithdrawal({ step: 'typed', ...input }, siteUrl)],
    })
  const { id, receivedAt } = await declareWithdrawal(ctx, { ...input, ip, known: cookie('known') })
  if (!isForm) return json({ ok: true, receivedAt: receivedAt.toISOString() })
  return seeOther(paths.withdrawalDone(), { cookies: [keepWithdrawal({ step: 'done', id }, siteUrl)] })
})
