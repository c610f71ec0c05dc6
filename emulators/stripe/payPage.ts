import type { Context } from 'hono'
import { wait } from '../kit/faults.ts'
import { formatMoney, type Html, html, page, raw, sendPage } from '../kit/page.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { field } from './field.ts'
import { type FieldError, type Method, readCard, readIban } from './methods.ts'
import type { SessionRow } from './objects.ts'
import { type Payer, pay } from './payments.ts'
import { applyPromotion, expireSession, recalculate, recoverSession, removePromotion } from './sessions.ts'
import { nowSeconds, type World } from './world.ts'

/** How long the redirect waits for the shop's answer to `checkout.session.completed`, as at Stripe. */
const redirectWaitMs = 10_000

type Values = Record<string, string>
type Errors = Record<string, string>

const emulator = 'Kasse'

export const successUrlOf = (row: SessionRow) =>
  (row.session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', row.id)

function summary(world: World, row: SessionRow): Html {
  const { session } = row
  const money = (cents: number) => formatMoney(cents, session.currency)
  const code = world.promotionCodes.get(session.discounts[0]?.promotion_code ?? '')?.code
  return html`<section class="card" aria-labelledby="bestellung"><h2 id="bestellung" style="margin-top:0">Deine Bestellung</h2>
<dl class="sum">${row.items.map((item) => html`<dt>${item.description}${item.quantity > 1 ? ` × ${item.quantity}` : ''}</dt><dd>${money(item.amount_subtotal)}</dd>`)}
${session.total_details.amount_discount > 0 ? html`<dt>Gutschein ${code ?? ''}</dt><dd>−${money(session.total_details.amount_discount)}</dd>` : ''}
<dt class="total">Zu zahlen</dt><dd class="total">${money(session.amount_total)}</dd></dl></section>`
}

function promotionForm(row: SessionRow, errors: Errors): Html | string {
  if (!row.session.allow_promotion_codes) return ''
  if (row.session.discounts.length > 0)
    return html`<form method="post" action="/c/pay/${row.id}/promotion" class="inline"><input type="hidden" name="remove" value="1"><button>Gutschein entfernen</button></form>`
  const error = errors.code
  return html`<form method="post" action="/c/pay/${row.id}/promotion" class="row"><div><label for="code">Gutscheincode</label>
${error ? html`<p class="error" id="code-fehler">${error}</p>` : ''}
<input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" ${error ? raw('aria-invalid="true" aria-describedby="code-fehler"') : ''}></div><button>Einlösen</button></form>`
}

function quantityForm(row: SessionRow): Html | string {
  const item = row.items.find((one) => one.adjustable_quantity)
  if (!item?.adjustable_quantity) return ''
  const { minimum, maximum } = item.adjustable_quantity
  return html`<form method="post" action="/c/pay/${row.id}/quantity" class="row"><div><label for="quantity">Anzahl</label>
<input id="quantity" name="quantity" type="number" min="${Math.max(1, minimum)}" max="${maximum}" value="${item.quantity}" autocomplete="off"></div><button>Anzahl ändern</button></form>`
}

const countries = [
  ['DE', 'Deutschland'],
  ['AT', 'Österreich'],
  ['CH', 'Schweiz'],
] as const

function methodFields(row: SessionRow, values: Values, errors: Errors): Html | string {
  if (row.session.amount_total === 0)
    return html`<p class="notice">Es ist nichts zu zahlen. Du brauchst keine Karte.</p>`
  const sepa = values.method === 'sepa'
  return html`<fieldset><legend>Zahlungsart</legend>
<p><label style="margin:8px 0"><input type="radio" name="method" value="card" ${sepa ? '' : raw('checked')}> Karte</label></p>
<div class="for-card">${field({ name: 'card', label: 'Kartennummer', values, errors, autocomplete: 'cc-number', inputmode: 'numeric', hint: 'Testkarte: 4242 4242 4242 4242, irgendein Datum in der Zukunft, irgendeine Prüfziffer.' })}
<div class="pair">${field({ name: 'expiry', label: 'Gültig bis (MM/JJ)', values, errors, autocomplete: 'cc-exp' })}
${field({ name: 'cvc', label: 'Prüfziffer (CVC)', values, errors, autocomplete: 'cc-csc', inputmode: 'numeric' })}</div></div>
<p><label><input type="radio" name="method" value="sepa" ${sepa ? raw('checked') : ''}> SEPA-Lastschrift</label></p>
<div class="for-sepa">${field({ name: 'iban', label: 'IBAN', values, errors, autocomplete: 'off', hint: 'Test-IBAN: DE89 3704 0044 0532 0130 00 bleibt offen, bis sie im Dashboard entschieden wird.' })}</div></fieldset>`
}

const businessAsked = ({ session }: SessionRow) =>
  Boolean(session.name_collection?.business?.enabled || session.tax_id_collection?.enabled)

/** What an invoice needs. Company and VAT id stay free unless the shop made them required. */
function nameFields(row: SessionRow, values: Values, errors: Errors): Html {
  const name = field({ name: 'name', label: 'Name', values, errors, autocomplete: 'name' })
  if (!businessAsked(row)) return name
  return html`${name}${field({ name: 'business', label: 'Firma (nur für Unternehmen)', values, errors, autocomplete: 'organization' })}
${row.session.tax_id_collection?.enabled ? field({ name: 'taxId', label: 'USt-IdNr. (nur für Unternehmen)', values, errors, autocomplete: 'off', hint: 'Zum Beispiel DE123456789.' }) : ''}`
}

function addressFields(row: SessionRow, values: Values, errors: Errors): Html | string {
  if (row.session.billing_address_collection !== 'required') return ''
  return html`${field({ name: 'line1', label: 'Straße und Hausnummer', values, errors, autocomplete: 'address-line1' })}
<div class="pair">${field({ name: 'postal', label: 'Postleitzahl', values, errors, autocomplete: 'postal-code' })}
${field({ name: 'city', label: 'Ort', values, errors, autocomplete: 'address-level2' })}</div>`
}

function payForm(row: SessionRow, values: Values, errors: Errors): Html {
  const { session } = row
  const needsTerms = session.consent_collection?.terms_of_service === 'required'
  const free = session.amount_total === 0
  return html`<form method="post" action="/c/pay/${row.id}" novalidate>
${field({ name: 'email', label: 'E-Mail', values, errors, autocomplete: 'email', type: 'email' })}
${methodFields(row, values, errors)}
${nameFields(row, values, errors)}${addressFields(row, values, errors)}
<div><label for="country">Land</label><select id="country" name="country" autocomplete="country">${countries.map(
    ([code, name]) => html`<option value="${code}" ${values.country === code ? raw('selected') : ''}>${name}</option>`,
  )}</select></div>
${needsTerms ? html`<p><label><input type="checkbox" name="terms" value="1" ${errors.terms ? raw('aria-invalid="true"') : ''}> Ich stimme den Bedingungen zu.</label>${errors.terms ? html`<span class="error">${errors.terms}</span>` : ''}</p>` : ''}
<button class="main wide">${free ? 'Kostenlos abschließen' : `${formatMoney(session.amount_total, session.currency)} bezahlen`}</button></form>
${session.cancel_url ? html`<p style="margin-top:24px"><a href="${session.cancel_url}">← Zurück zum Shop</a></p>` : ''}`
}

function payBody(world: World, row: SessionRow, values: Values, errors: Errors, alert?: string): Html {
  return html`<h1>Bezahlen</h1><p class="muted">Dies ist eine nachgebildete Kasse zum Ausprobieren. Es fließt kein Geld.</p>
${alert ? html`<p class="notice bad" role="alert">${alert}</p>` : ''}
${summary(world, row)}${quantityForm(row)}${promotionForm(row, errors)}${payForm(row, values, errors)}`
}

function sendClosed(c: Context, row: SessionRow | undefined) {
  const [title, text, status] = !row
    ? ([
        'Diese Kasse gibt es nicht',
        'Die Adresse stimmt nicht, oder die Nachbildung wurde zurückgesetzt.',
        404,
      ] as const)
    : row.session.status === 'complete'
      ? (['Schon bezahlt', 'Diese Bestellung ist abgeschlossen. Du musst nichts mehr tun.', 200] as const)
      : (['Diese Kasse ist abgelaufen', 'Geh zurück zum Shop und bestell noch einmal.', 410] as const)
  const onward = row?.session.status === 'complete' ? successUrlOf(row) : row?.session.cancel_url
  const body = html`<h1>${title}</h1><p>${text}</p>${onward ? html`<p><a href="${onward}">Weiter zum Shop</a></p>` : ''}`
  return sendPage(c, page({ title, emulator, width: 'narrow', body }), status)
}

/** The open session of this page; null for others. One whose time is over expires here. */
function openRow(world: World, id: string): SessionRow | null {
  const row = world.sessions.get(id)
  if (row?.session.status === 'open' && row.session.expires_at <= nowSeconds()) expireSession(world, id)
  return row?.session.status === 'open' ? row : null
}

const mailShape = /^[^@\s]+@[^@\s]+\.[^@\s]{2,}$/

const taxIdShape = /^(?:[A-Z]{2}(?=.*[0-9])[A-Z0-9]{2,13}|CHE[0-9]{9}(?:MWST)?)$/
const taxIdOf = (form: Values) => (form.taxId ?? '').replace(/[\s.-]/g, '').toUpperCase()

function checkInvoiceFields({ session }: SessionRow, form: Values): Errors {
  const errors: Errors = {}
  const empty = (name: string) => !form[name]?.trim()
  if (session.billing_address_collection === 'required') {
    if (empty('line1')) errors.line1 = 'Gib Straße und Hausnummer an.'
    if (empty('postal')) errors.postal = 'Gib die Postleitzahl an.'
    if (empty('city')) errors.city = 'Gib den Ort an.'
  }
  const { business, individual } = session.name_collection ?? {}
  if (business?.enabled && !business.optional && empty('business')) errors.business = 'Gib den Namen der Firma an.'
  if (individual?.enabled && !individual.optional && empty('name')) errors.name = 'Gib deinen Namen an.'
  if (session.tax_id_collection?.enabled && taxIdOf(form) && !taxIdShape.test(taxIdOf(form)))
    errors.taxId = 'Diese USt-IdNr. stimmt nicht. Schreib sie so: DE123456789.'
  return errors
}

function readPayment(row: SessionRow, form: Values): { method: Method | null; errors: Errors } {
  const errors: Errors = {}
  if (!mailShape.test(form.email?.trim() ?? ''))
    errors.email = 'Gib deine E-Mail-Adresse an, zum Beispiel name@beispiel.de.'
  if (row.session.consent_collection?.terms_of_service === 'required' && !form.terms)
    errors.terms = 'Setz das Häkchen, damit es weitergeht.'
  Object.assign(errors, checkInvoiceFields(row, form))
  if (row.session.amount_total === 0) return { method: null, errors }
  const read: Method | FieldError[] =
    form.method === 'sepa'
      ? readIban(form.iban ?? '')
      : readCard({ card: form.card ?? '', expiry: form.expiry ?? '', cvc: form.cvc ?? '' }, new Date())
  if (!Array.isArray(read)) return { method: read, errors }
  for (const { field: name, sentence } of read) errors[name] = sentence
  return { method: null, errors }
}

async function formOf(c: Context): Promise<Values> {
  const body = await c.req.parseBody()
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

const payerOf = (c: Context, form: Values): Payer => ({
  email: (form.email ?? '').trim(),
  name: form.name?.trim() || null,
  businessName: form.business?.trim() || null,
  taxId: taxIdOf(form) || null,
  ...(form.line1
    ? {
        address: {
          line1: form.line1.trim(),
          postal_code: form.postal?.trim() || null,
          city: form.city?.trim() || null,
        },
      }
    : {}),
  country: countries.some(([code]) => code === form.country) ? (form.country as string) : 'DE',
  origin: new URL(c.req.url).origin,
})

/** The values to show again after an error, without the card's number. */
const keep = (form: Values): Values => ({ ...form, card: '', cvc: '' })

async function submit(world: World, c: Context, id: string): Promise<Response> {
  const row = openRow(world, id)
  const known = world.sessions.get(id)
  if (!row) return known?.session.status === 'complete' ? c.redirect(successUrlOf(known), 303) : sendClosed(c, known)
  const form = await formOf(c)
  const show = (errors: Errors, alert: string, status: 400 | 402) =>
    sendPage(
      c,
      page({ title: 'Bezahlen', emulator, width: 'narrow', body: payBody(world, row, keep(form), errors, alert) }),
      status,
    )
  const { method, errors } = readPayment(row, form)
  if (Object.keys(errors).length > 0)
    return show(errors, `Es fehlt noch etwas: ${Object.values(errors).join(' ')}`, 400)
  const result = pay(world, row, payerOf(c, form), method)
  if (result.state === 'declined') return show({ card: result.decline.sentence }, result.decline.sentence, 402)
  if (result.state === 'closed') return sendClosed(c, row)
  if (result.state === 'complete') await Promise.race([result.completed, wait(redirectWaitMs)])
  return c.redirect(successUrlOf(row), 303)
}

/**
 * The hosted payment page `/c/pay/{session}`, its small forms, receipts, and the recovery link. Works without
 * JavaScript.
 */
export function mountPayPage(app: EmulatorApp, world: World): void {
  const show = (c: Context, row: SessionRow, errors: Errors = {}) =>
    sendPage(
      c,
      page({
        title: 'Bezahlen',
        emulator,
        width: 'narrow',
        body: payBody(world, row, { email: row.session.customer_email ?? '', country: 'DE' }, errors),
      }),
      Object.keys(errors).length > 0 ? 400 : 200,
    )
  app.get('/c/pay/:id', (c) => {
    const row = openRow(world, c.req.param('id'))
    return row ? show(c, row) : sendClosed(c, world.sessions.get(c.req.param('id')))
  })
  app.post('/c/pay/:id', (c) => submit(world, c, c.req.param('id')))
  app.post('/c/pay/:id/promotion', async (c) => {
    const row = openRow(world, c.req.param('id'))
    if (!row) return sendClosed(c, world.sessions.get(c.req.param('id')))
    const form = await formOf(c)
    if (form.remove) removePromotion(world, row)
    const problem = form.remove ? null : applyPromotion(world, row, form.code ?? '')
    return problem ? show(c, row, { code: problem }) : c.redirect(`/c/pay/${row.id}`, 303)
  })
  app.post('/c/pay/:id/quantity', async (c) => {
    const row = openRow(world, c.req.param('id'))
    if (!row) return sendClosed(c, world.sessions.get(c.req.param('id')))
    const item = row.items.find((one) => one.adjustable_quantity)
    const wanted = Math.floor(Number((await formOf(c)).quantity))
    if (
      item?.adjustable_quantity &&
      wanted >= Math.max(1, item.adjustable_quantity.minimum) &&
      wanted <= item.adjustable_quantity.maximum
    ) {
      item.quantity = wanted
      recalculate(world, row)
      world.sessions.put(row)
    }
    return c.redirect(`/c/pay/${row.id}`, 303)
  })
  app.get('/r/:id', (c) => {
    const session = recoverSession(world, c.req.param('id'), new URL(c.req.url).origin)
    return session?.url ? c.redirect(session.url, 303) : sendClosed(c, undefined)
  })
  app.get('/receipts/:id', (c) => {
    const row = world.sessions.get(c.req.param('id'))
    if (!row) return sendClosed(c, undefined)
    const body = html`<h1>Beleg</h1><p class="muted">Aus der Nachbildung, ohne Wert.</p>${summary(world, row)}`
    return sendPage(c, page({ title: 'Beleg', emulator, width: 'narrow', body }))
  })
}
