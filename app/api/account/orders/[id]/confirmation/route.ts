import { idOf } from '#app/_http/adminAction.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { orderConfirmation } from '#domain/sales/orderConfirmation.ts'

/** „Bestellbestätigung (PDF)“ on the account page. */
export const GET = viewerRoute({}, async ({ ctx, params, viewer }) => {
  const file = await orderConfirmation(ctx, { viewer, purchaseId: idOf(params) })
  return new Response(new Uint8Array(file.content), {
    headers: {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename="${file.filename}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})
