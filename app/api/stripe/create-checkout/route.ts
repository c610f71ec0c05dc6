import { setCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { body } from '#app/api/stripe/create-checkout/_body.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'

const formErrorPath = (code: string) => `${paths.order()}?fehler=${code}`

/** Opens a Stripe Checkout Session and binds this browser to it by the http-only checkout cookie. */
export const POST = route(
  { body, forms: true, formErrorPath },
  async ({ ctx, request, input, ip, isForm, findViewer }) => {
    const viewer = await findViewer()
    const open = () => openCheckout(ctx, { ...input, personId: viewer?.personId, ip })
    const order = () => ctx.trace.span('order', { from: 'browser', to: 'web' }, open)
    // The attempt names the trace, so that a double click is one; a caller with a trace of its own keeps it.
    const opened = await ctx.trace.begin(request.headers.get('traceparent') ?? input.attemptId ?? null, order)
    const { sessionId, orderId, cookieNonce, url } = opened
    const value = await ctx.tokens.signCheckout({ sessionId, orderId, nonce: cookieNonce })
    const cookies = [setCookie('checkout', value, ctx.settings.siteUrl)]
    return isForm ? seeOther(url, { cookies }) : json({ url }, { cookies })
  },
)
