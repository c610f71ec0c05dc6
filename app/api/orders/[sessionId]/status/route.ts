import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { AppError } from '#errors'

/** For the browser with this session's checkout cookie; to everyone else the order does not exist. */
export const GET = route({}, async ({ ctx, params, ip, cookie }) => {
  await ctx.limits.consume('status_per_ip', ip)
  const value = cookie('checkout')
  const claims = value ? await ctx.tokens.readCheckout(value) : null
  if (!claims || claims.sessionId !== params.sessionId) throw new AppError('not_found')
  const status = await orderStatus(ctx, claims.sessionId)
  if (!status) throw new AppError('not_found')
  return json(status)
})
