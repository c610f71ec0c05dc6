import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { keepWithdrawal } from '#app/_http/withdrawalCookie.ts'
import { declarationFields } from '#app/api/withdrawal/_words.ts'
import { checkDeclaration } from '#domain/sales/withdrawal/rules.ts'
import { AppError } from '#errors'

const formErrorPath = (fehler: string) => paths.withdrawal({ fehler })

/** First page of the withdrawal: checks the three fields, stores nothing, and carries them to the second page. */
export const POST = route(
  { body: z.object(declarationFields), forms: true, formErrorPath },
  async ({ ctx, input, isForm }) => {
    const { declaration, fields } = checkDeclaration(input)
    const isGood = Object.keys(fields).length === 0
    if (!isForm) {
      if (!isGood) throw new AppError('invalid_input', Object.keys(fields).join(', '), { fields })
      return json({ declaration })
    }
    // The declaration gets its id here, so that a double click on the second page counts once.
    const kept = keepWithdrawal({ step: 'typed', id: ctx.ids.uuid(), ...declaration }, ctx.settings.siteUrl)
    return seeOther(isGood ? paths.withdrawalConfirm() : paths.withdrawal({ fehler: 'angaben' }), { cookies: [kept] })
  },
)
