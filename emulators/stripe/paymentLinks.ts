import type { Context } from 'hono'
import { z } from 'zod'
import { actionButton, dataTable, formatMoney, type Html, html, page, sendPage } from '../kit/page.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { StripeRefusal } from './errors.ts'
import type { Form } from './form.ts'
import { makePrice, makeProduct } from './makers.ts'
import type { Metadata, Price } from './objects.ts'
import { createSession } from './sessions.ts'
import { newId, nowSeconds, productId, type Thing, type World } from './world.ts'

/**
 * Payment Links: what else is sold on the account, at an address anybody may open. As at Stripe the address takes
 * `client_reference_id` and `prefilled_email` from whoever opens it; what Stripe would not accept there is left out
 * silently.
 */

interface PaymentLink extends Thing {
  object: 'payment_link'
  lines: { price: string; quantity: number }[]
  metadata: Metadata
  active: boolean
}

export const productInput = z.strictObject({
  /** The product's name; with `kurs: true` the price belongs to the course's own product instead. */
  name: z.string().optional(),
  kurs: z.boolean().optional(),
  amount: z.int().min(0),
  currency: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})

/** Makes a price under a new product, or another one under the course's. The shop gets no event about it. */
export function createOtherPrice(world: World, input: z.infer<typeof productInput>): Price {
  const created = nowSeconds()
  const product = input.kurs
    ? productId
    : world.products.put(makeProduct(newId('prod', 14), input.name ?? 'Ein anderes Produkt', created) as Thing).id
  const { amount: unitAmount, currency = 'eur' } = input
  const price = makePrice({ id: newId('price'), lookupKey: null, unitAmount, currency, product, created })
  return world.prices.put({ ...price, metadata: input.metadata ?? {} })
}

const lineInput = z.strictObject({ price: z.string(), quantity: z.int().min(1).optional() })

export const linkInput = z.strictObject({
  lines: z.array(lineInput).min(1),
  metadata: z.record(z.string(), z.string()).optional(),
})

export function createLink(world: World, input: z.infer<typeof linkInput>): PaymentLink {
  const lines = input.lines.map(({ price, quantity = 1 }) => ({ price, quantity }))
  for (const { price } of lines) if (!world.prices.get(price)) throw new StripeRefusal(404, `No such price: ${price}`)
  return world.things.put({
    id: newId('plink'),
    object: 'payment_link',
    lines,
    metadata: input.metadata ?? {},
    active: true,
  }) as PaymentLink
}

const linksOf = (world: World) => world.things.all().filter((thing) => thing.object === 'payment_link') as PaymentLink[]

const referenceShape = /^[\w-]{1,200}$/
const mailShape = /^[^@\s]+@[^@\s]+\.[^@\s]+$/

/** Each visit opens a session of its own. */
function visit(world: World, link: PaymentLink, c: Context) {
  const { origin } = new URL(c.req.url)
  const reference = c.req.query('client_reference_id') ?? ''
  const email = c.req.query('prefilled_email') ?? ''
  const form: Form = {
    mode: 'payment',
    line_items: link.lines.map(({ price, quantity }) => ({ price, quantity: String(quantity) })),
    metadata: link.metadata,
    success_url: `${origin}/b/danke`,
    ...(referenceShape.test(reference) ? { client_reference_id: reference } : {}),
    ...(mailShape.test(email) ? { customer_email: email } : {}),
  }
  const session = createSession(world, form, origin)
  Object.assign(session, { payment_link: link.id })
  return session
}

const emulator = 'Kasse'
const say = (c: Context, title: string, text: string, status: 200 | 404 = 200) =>
  sendPage(c, page({ title, emulator, width: 'narrow', body: html`<h1>${title}</h1><p>${text}</p>` }), status)

export function mountPaymentLinks(app: EmulatorApp, world: World): void {
  app.get('/b/danke', (c) => say(c, 'Danke', 'Die Zahlung ist da.'))
  app.get('/b/:id', (c) => {
    const link = linksOf(world).find(({ id, active }) => active && id === c.req.param('id'))
    if (!link) return say(c, 'Diesen Zahlungslink gibt es nicht', 'Vielleicht ist er abgeschaltet.', 404)
    return c.redirect(visit(world, link, c).url ?? '/', 303)
  })
}

/** „Zahlungslinks“ in the dashboard: the other things somebody may sell on this account. */
export function linksBody(world: World): Html {
  const rows = linksOf(world).map((link) => {
    const sold = link.lines.map(({ price, quantity }) => {
      const found = world.prices.get(price)
      const name = String(world.products.get(found?.product ?? '')?.name ?? price)
      return `${quantity > 1 ? `${quantity} × ` : ''}${name}, ${formatMoney(found?.unit_amount ?? 0, found?.currency ?? 'eur')}`
    })
    return html`<tr><td>${sold.join(' und ')}</td><td>${link.active ? html`<a href="/b/${link.id}">/b/${link.id}</a>` : 'abgeschaltet'}</td>
<td>${link.active ? actionButton('/dashboard/promotions', 'Abschalten', { what: 'link_off', id: link.id }) : ''}</td></tr>`
  })
  return html`<h2>Zahlungslinks</h2><p>Was sonst auf diesem Konto verkauft wird. Mit <code>?client_reference_id=…</code> nennt ein Link eine Bestellung des Shops; der Kurs öffnet sich davon nicht.</p>
${dataTable('Zahlungslinks', ['Verkauft', 'Adresse', ''], rows, 'Kein Zahlungslink.')}
<form method="post" action="/dashboard/promotions" class="row"><input type="hidden" name="what" value="link">
<div><label for="link-name">Produkt</label><input id="link-name" name="name" value="Aufkleber" required autocomplete="off"></div>
<div><label for="link-amount">Preis in Euro</label><input id="link-amount" name="amount" inputmode="decimal" value="1,00" required autocomplete="off"></div><button>Link anlegen</button></form>`
}

export function switchLinkOff(world: World, id: string): void {
  const link = linksOf(world).find((one) => one.id === id)
  if (link) world.things.put({ ...link, active: false })
}
