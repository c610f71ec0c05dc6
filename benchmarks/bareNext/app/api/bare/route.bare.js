import { createHmac, timingSafeEqual } from 'node:crypto'

const TOLERANCE_SECONDS = 300

/** The least a webhook door can do: Stripe's signature over the raw body, nothing read, nothing kept. */
export async function POST(request) {
  const raw = await request.text()
  const [, at, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers.get('stripe-signature') ?? '') ?? []
  if (!at) return Response.json({ ok: false }, { status: 400 })
  const expected = createHmac('sha256', process.env.STRIPE_WEBHOOK_SECRET).update(`${at}.${raw}`).digest()
  const fresh = Math.abs(Date.now() / 1000 - Number(at)) <= TOLERANCE_SECONDS
  if (!fresh || !timingSafeEqual(expected, Buffer.from(given, 'hex')))
    return Response.json({ ok: false }, { status: 400 })
  return Response.json({ ok: true })
}
