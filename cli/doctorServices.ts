import { type Environment, isLoopback } from '#config'
import { signDirectory } from '#libs/bunnySign.ts'
import { travelling } from '#libs/mailAddress.ts'
import { broken, type Finding, fine, weak } from './doctorFinding.ts'

const TIMEOUT_MS = 8_000
/**
 * From these differences of clocks on a finding is weak or broken; Stripe and svix refuse signatures at five minutes.
 */
const SKEW_MS = 30_000
const SKEW_BROKEN_MS = 240_000

const stripeEvents = ['checkout.session.completed', 'checkout.session.async_payment_succeeded', 'charge.refunded']

interface Answer {
  status: number
  body: Record<string, unknown>
  /** How far this machine's clock is ahead, in ms; null without a Date header. */
  skewMs: number | null
}

/** One read-only request. A string is the reason why there was no answer. */
async function ask(url: string, headers: Record<string, string>): Promise<Answer | string> {
  try {
    const began = Date.now()
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' })
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>
    const date = Date.parse(answer.headers.get('date') ?? '')
    const middle = (began + Date.now()) / 2
    return { status: answer.status, body, skewMs: Number.isNaN(date) ? null : Math.round(middle - date - 500) }
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code
    return cause ?? (error as Error).message
  }
}

function clock({ skewMs }: Answer): Finding[] {
  if (skewMs === null || Math.abs(skewMs) < SKEW_MS) return []
  const text = `This machine's clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}.`
  const fix = 'switch on time synchronisation (`timedatectl set-ntp true`): signatures and links depend on it.'
  return [Math.abs(skewMs) > SKEW_BROKEN_MS ? broken('clock', text, fix) : weak('clock', text, fix)]
}

const silent = (service: string, reason: string): Finding =>
  broken(service, `No answer (${reason}).`, 'check the network, a proxy, or the base URL in .env.local.')

/** Checks the key, the price, and whether Stripe would deliver to this site. */
export async function checkStripe(env: Environment): Promise<Finding[]> {
  const base = env.STRIPE_API_BASE_URL ?? 'https://api.stripe.com'
  const headers = { authorization: `Bearer ${env.STRIPE_SECRET_KEY}` }
  const price = env.STRIPE_PRICE_ID_LIVE_EUR ?? ''
  const query = price.startsWith('price_') ? `/${price}` : `?lookup_keys[]=${encodeURIComponent(price)}`
  const answer = await ask(`${base}/v1/prices${query}`, headers)
  if (typeof answer === 'string') return [silent('stripe', answer)]
  if (answer.status === 401)
    return [
      broken(
        'stripe',
        'Stripe does not know the key.',
        'copy STRIPE_SECRET_KEY from dashboard.stripe.com/apikeys again.',
      ),
    ]
  const findings = clock(answer)
  const found = (answer.body.data as Record<string, unknown>[] | undefined)?.[0] ?? answer.body
  if (answer.status !== 200 || !found.id)
    findings.push(
      broken(
        'stripe',
        `The price ${price} does not exist for this key.`,
        'set STRIPE_PRICE_ID_LIVE_EUR to the price id (price_…) or its lookup key; test and live mode have their own.',
      ),
    )
  else if (found.active === false || found.currency !== 'eur')
    findings.push(
      broken(
        'stripe',
        `The price ${price} is ${found.active === false ? 'archived' : 'not in euro'}.`,
        'take an active price in EUR.',
      ),
    )
  else findings.push(fine('stripe', `Key and price work (${(Number(found.unit_amount) / 100).toFixed(2)} EUR).`))
  return [...findings, await checkEndpoint(env, base, headers)]
}

async function checkEndpoint(env: Environment, base: string, headers: Record<string, string>): Promise<Finding> {
  const site = env.NEXT_PUBLIC_SITE_URL ?? `http://localhost:${env.PORT ?? 3000}`
  const url = `${site.replace(/\/+$/, '')}/api/webhook/stripe`
  if (isLoopback(new URL(url).hostname))
    return fine(
      'webhook',
      `Stripe cannot reach a local site; run \`stripe listen --forward-to ${url}\` and set its secret.`,
    )
  const answer = await ask(`${base}/v1/webhook_endpoints?limit=100`, headers)
  if (typeof answer === 'string') return silent('webhook', answer)
  const endpoints = (answer.body.data ?? []) as { url: string; status: string; enabled_events: string[] }[]
  const ours = endpoints.find((endpoint) => endpoint.url === url)
  if (!ours)
    return broken(
      'webhook',
      `Stripe delivers no events to ${url}.`,
      'create the endpoint at dashboard.stripe.com/webhooks and set STRIPE_WEBHOOK_SECRET to its secret.',
    )
  const missing = stripeEvents.filter(
    (event) => !ours.enabled_events.includes(event) && !ours.enabled_events.includes('*'),
  )
  if (ours.status !== 'enabled' || missing.length > 0)
    return broken(
      'webhook',
      ours.status === 'enabled' ? `Stripe does not send ${missing.join(', ')}.` : 'The endpoint is switched off.',
      'correct the endpoint at dashboard.stripe.com/webhooks.',
    )
  return fine('webhook', `Stripe delivers to ${url}.`)
}

/** Checks the key, the sender, and whether reports about letters arrive. */
export async function checkResend(env: Environment): Promise<Finding[]> {
  const findings: Finding[] = []
  const sender = /<?([^\s<>]+)@([a-z0-9.-]+\.[a-z]{2,})>?\s*$/i.exec(travelling(env.MAIL_FROM ?? ''))
  const domain = sender?.[2]?.toLowerCase()
  if (!domain)
    findings.push(
      broken(
        'sender',
        'MAIL_FROM is missing or no address.',
        'set MAIL_FROM, for example: Die Produktivitäts-Werkstatt <post@deine-domain.de>.',
      ),
    )
  const answer = await ask(`${env.RESEND_BASE_URL ?? 'https://api.resend.com'}/domains`, {
    authorization: `Bearer ${env.RESEND_API_KEY}`,
  })
  if (typeof answer === 'string') return [...findings, silent('resend', answer)]
  findings.push(...clock(answer))
  if (answer.status === 401 && answer.body.name === 'restricted_api_key')
    findings.push(
      fine(
        'resend',
        'The key may send and not read: the sender was not checked, and reports that do not come are not noticed by asking.',
      ),
    )
  else if (answer.status >= 400)
    findings.push(
      broken(
        'resend',
        `Resend does not accept the key (${answer.status}).`,
        'copy RESEND_API_KEY from resend.com/api-keys again.',
      ),
    )
  else {
    findings.push(fine('resend', 'The key works.'))
    const known = (answer.body.data ?? []) as { name: string; status: string }[]
    const mine = known.find(({ name }) => domain === name || domain?.endsWith(`.${name}`))
    if (domain && mine?.status !== 'verified')
      findings.push(
        broken(
          'sender',
          `${domain} is ${mine ? mine.status : 'not registered'} at Resend.`,
          'verify the domain at resend.com/domains (SPF and DKIM records), or use another sender.',
        ),
      )
    else if (domain) findings.push(fine('sender', `${domain} is verified.`))
  }
  if (!env.RESEND_WEBHOOK_SECRET)
    findings.push(
      weak(
        'webhook',
        'Without RESEND_WEBHOOK_SECRET letters stay „übergeben“; bounces are not seen.',
        'create a webhook to /api/webhook/resend at resend.com/webhooks and set its secret.',
      ),
    )
  return findings
}

/** Checks the key, the library, and whether films are protected. */
export async function checkBunny(env: Environment): Promise<Finding[]> {
  const base = env.BUNNY_STREAM_API_BASE_URL ?? 'https://video.bunnycdn.com'
  const headers = { AccessKey: env.BUNNY_STREAM_ACCESS_KEY ?? '' }
  const answer = await ask(`${base}/library/${env.BUNNY_STREAM_LIBRARY_ID}/videos?page=1&itemsPerPage=1`, headers)
  if (typeof answer === 'string') return [silent('bunny', answer)]
  const findings = clock(answer)
  if (answer.status !== 200)
    return [
      ...findings,
      broken(
        'bunny',
        `Bunny does not accept library and key (${answer.status}).`,
        "copy BUNNY_STREAM_LIBRARY_ID and BUNNY_STREAM_ACCESS_KEY from the library's API page again.",
      ),
    ]
  findings.push(fine('bunny', `The key works; films in the library: ${Number(answer.body.totalItems ?? 0)}.`))
  const guid = (answer.body.items as { guid: string }[] | undefined)?.[0]?.guid
  findings.push(await checkToken(env, guid))
  if (!env.BUNNY_STREAM_READ_ONLY_KEY)
    findings.push(
      weak(
        'bunny',
        'Without BUNNY_STREAM_READ_ONLY_KEY webhooks cannot be verified; states are polled.',
        'copy the read-only key from the same page.',
      ),
    )
  return findings
}

async function checkToken(env: Environment, guid: string | undefined): Promise<Finding> {
  if (!env.BUNNY_TOKEN_KEY)
    return weak(
      'films',
      'Without BUNNY_TOKEN_KEY films play for anyone who has an address.',
      "switch on token authentication for the library's pull zone and set its key.",
    )
  if (!env.BUNNY_CDN_BASE_URL || !guid)
    return fine('films', 'BUNNY_TOKEN_KEY is set; it was not tried, because no film or CDN address is known.')
  const expires = Math.floor(Date.now() / 1000) + 60
  const key = env.BUNNY_TOKEN_KEY
  const signedUrl = signDirectory({
    baseUrl: env.BUNNY_CDN_BASE_URL,
    key,
    directory: `/${guid}/`,
    file: 'playlist.m3u8',
    expires,
  })
  const bare = await ask(`${env.BUNNY_CDN_BASE_URL}/${guid}/playlist.m3u8`, {})
  const signed = await ask(signedUrl, {})
  if (typeof bare === 'string' || typeof signed === 'string')
    return silent('films', String(typeof bare === 'string' ? bare : signed))
  if (signed.status === 403)
    return broken(
      'films',
      'The CDN refuses our signature.',
      "copy BUNNY_TOKEN_KEY from the pull zone's token authentication page again.",
    )
  return bare.status === 403
    ? fine('films', 'Films play with a signature only.')
    : weak(
        'films',
        'Films also play without a signature.',
        "switch on token authentication for the library's pull zone.",
      )
}
