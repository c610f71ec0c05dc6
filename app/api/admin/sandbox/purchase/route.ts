import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { paths } from '#app/_http/paths.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { AppError } from '#errors'
import { platform } from '#platform'

/** Lets the watcher's page open before the first arrow comes. Milliseconds. */
const BREATH_MS = 1_200

/**
 * Makes a purchase to watch: opens an order as the order page does, and pays it as a buyer would, unless told not to.
 */
export const POST = adminAction(
  z.object({ pay: z.enum(['selbst', 'von-allein']).default('von-allein') }),
  async ({ ctx, input, key }) => {
    const { sandbox } = platform()
    if (!sandbox) throw new AppError('not_found', 'no sandbox')
    const email = `pruefstand.${key.slice(0, 8)}@werkstatt.test`
    const order = { productType: 'kurs', email, attemptId: key, consent: { startNow: true, acknowledgesLoss: true } }
    // The form's key is the attempt and the trace: a double click is one order.
    const opened = await ctx.trace.begin(key, () =>
      ctx.trace.span('order', { from: 'browser', to: 'web' }, () => openCheckout(ctx, order)),
    )
    if (input.pay === 'von-allein')
      setTimeout(() => {
        sandbox.pay(opened.sessionId, email).catch((error) => ctx.log.warn({ err: error }, 'test purchase not paid'))
      }, BREATH_MS)
    return {
      said: input.pay === 'selbst' ? 'Die Kasse ist offen. Bezahle, und sieh hier zu.' : 'Der Testkauf läuft.',
      next: paths.adminFlow(opened.orderId),
      result: { orderId: opened.orderId, sessionId: opened.sessionId },
    }
  },
)
