import { viewerRoute } from '#app/_http/route.ts'
import { orderDocument } from '#domain/sales/orderDocument.ts'
import { AppError } from '#errors'

/**
 * `confirmation.pdf`, `terms.pdf` or `withdrawal.pdf` of an order (by its own id, not Stripe's) for its proven owner.
 */
export const GET = viewerRoute({}, async ({ ctx, params, viewer }) => {
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  const file = await orderDocument(ctx, {
    personId: viewer.personId,
    purchaseId: params.sessionId ?? '',
    name: params.file ?? '',
  })
  return new Response(new Uint8Array(file.content), {
    headers: {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename="${file.filename}"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})
