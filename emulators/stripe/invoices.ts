import { formatMoney, html, page, sendPage } from '../kit/page.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { type Draft, draft } from './events.ts'
import { listShape } from './expand.ts'
import type { SessionRow } from './objects.ts'
import { onePagePdf } from './onePagePdf.ts'
import { newId, nowSeconds, type Thing, type World } from './world.ts'

interface Invoice extends Thing {
  object: 'invoice'
  number: string
  created: number
  currency: string
  total: number
  subtotal: number
  customer_name: string | null
  customer_email: string | null
  customer_address: Record<string, string | null> | null
  customer_tax_ids: { type: string; value: string }[]
  lines: { data: { description: string; amount: number; quantity: number }[] }
}

/** A paid invoice for a session that asked for one, once, with the events around it. */
export function invoiceDrafts(world: World, row: SessionRow, origin: string): Draft[] {
  const { session } = row
  if (!session.invoice_creation.enabled || session.invoice) return []
  const id = newId('in')
  const data = session.invoice_creation.invoice_data as { description: string | null; footer: string | null }
  const details = session.customer_details as Record<string, unknown> | null
  const count = world.things.all().filter(({ object }) => object === 'invoice').length
  const lines = row.items.map((item) => ({
    id: newId('il'),
    object: 'line_item',
    amount: item.amount_total,
    currency: item.currency,
    description: item.description,
    quantity: item.quantity,
  }))
  const invoice = world.things.put({
    id,
    object: 'invoice',
    amount_due: session.amount_total,
    amount_paid: session.amount_total,
    amount_remaining: 0,
    billing_reason: 'manual',
    collection_method: 'charge_automatically',
    created: nowSeconds(),
    currency: session.currency,
    customer: session.customer,
    customer_address: details?.address ?? null,
    customer_email: details?.email ?? null,
    customer_name: details?.business_name ?? details?.name ?? null,
    customer_tax_ids: details?.tax_ids ?? [],
    description: data.description,
    footer: data.footer,
    hosted_invoice_url: `${origin}/i/${id}`,
    invoice_pdf: `${origin}/i/${id}/pdf`,
    lines: listShape(lines, `/v1/invoices/${id}/lines`),
    livemode: false,
    metadata: session.invoice_creation.invoice_data
      ? ((session.invoice_creation.invoice_data as { metadata?: object }).metadata ?? {})
      : {},
    number: `NB-${String(count + 1).padStart(4, '0')}`,
    status: 'paid',
    subtotal: session.amount_subtotal,
    total: session.amount_total,
    total_taxes: [{ amount: session.total_details.amount_tax, tax_behavior: 'inclusive' }],
  })
  session.invoice = id
  return ['invoice.created', 'invoice.finalized', 'invoice.paid', 'invoice.payment_succeeded'].map((type) =>
    draft(type, invoice),
  )
}

const countryName = new Intl.DisplayNames(['de'], { type: 'region' })
const day = new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'Europe/Berlin' })

function linesOf(invoice: Invoice): string[] {
  const { customer_address: address } = invoice
  return [
    invoice.customer_name ?? '',
    address?.line1 ?? '',
    [address?.postal_code, address?.city].filter(Boolean).join(' '),
    address?.country ? (countryName.of(address.country) ?? address.country) : '',
    ...invoice.customer_tax_ids.map(({ value }) => `USt-IdNr. ${value}`),
    '',
    `Datum: ${day.format(invoice.created * 1000)}`,
    '',
    ...invoice.lines.data.map((line) => `${line.quantity} × ${line.description}`),
    `Bezahlt: ${formatMoney(invoice.total, invoice.currency)}`,
  ].filter((line, index, all) => line !== '' || all[index - 1] !== '')
}

/** The pages behind `hosted_invoice_url` and `invoice_pdf`, open to everybody who has the id, as at Stripe. */
export function mountInvoices(app: EmulatorApp, world: World): void {
  const find = (id: string) => {
    const thing = world.things.get(id)
    return thing?.object === 'invoice' ? (thing as Invoice) : null
  }
  const notFound = html`<h1>Diese Rechnung gibt es nicht</h1><p>Die Adresse stimmt nicht, oder die Nachbildung wurde zurückgesetzt.</p>`
  app.get('/i/:id', (c) => {
    const invoice = find(c.req.param('id'))
    if (!invoice)
      return sendPage(c, page({ title: 'Nicht gefunden', emulator: 'Kasse', width: 'narrow', body: notFound }), 404)
    const body = html`<h1>Rechnung ${invoice.number}</h1><p class="muted">Aus der Nachbildung, ohne Wert.</p>
<section class="card">${linesOf(invoice).map((line) => html`<p style="margin:0;min-height:1em">${line}</p>`)}</section>
<p style="margin-top:24px"><a href="/i/${invoice.id}/pdf">Rechnung als PDF</a></p>`
    return sendPage(c, page({ title: `Rechnung ${invoice.number}`, emulator: 'Kasse', width: 'narrow', body }))
  })
  app.get('/i/:id/pdf', (c) => {
    const invoice = find(c.req.param('id'))
    if (!invoice) return c.notFound()
    const lines = ['Aus der Nachbildung, ohne Wert.', '', ...linesOf(invoice)]
    return c.body(new Uint8Array(onePagePdf(`Rechnung ${invoice.number}`, lines)), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="Rechnung-${invoice.number}.pdf"`,
    })
  })
}
