import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { provesBuyer } from '#domain/sales/checkout/provesBuyer.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { AppError } from '#errors'

/** For the browser that paid; to everyone else the order does not exist. */
export const GET = route({}, async ({ ctx, params, ip, cookie, findViewer }) => {
  await ctx.limits.consume('status_per_ip', ip)
  const sessionId = params.sessionId ?? ''
  const proof = { sessionId, checkoutCookie: cookie('checkout'), viewer: await findViewer() }
  if (!(await provesBuyer(ctx, proof))) throw new AppError('not_found')
  const status = await orderStatus(ctx, sessionId)
  if (!status) throw new AppError('not_found')
  return json(status)
})
