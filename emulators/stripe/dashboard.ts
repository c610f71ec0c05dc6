import type { Context } from 'hono'
import { actionButton, dataTable, formatMoney, formatTime, type Html, html, page, sendPage } from '../kit/page.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { changePrice } from './actions.ts'
import { closeDispute, createRefund, openDispute, raiseWarning, settleRefund } from './afterSale.ts'
import { eventBody, eventRows } from './dashboardEvents.ts'
import { StripeRefusal } from './errors.ts'
import { warningsOf } from './fraudWarnings.ts'
import { makeCoupon, makePromotionCode } from './makers.ts'
import type { SessionRow } from './objects.ts'
import { createLink, createOtherPrice, linksBody, switchLinkOff } from './paymentLinks.ts'
import { settlePending } from './payments.ts'
import { expireSession } from './sessions.ts'
import { newId, nowSeconds, type World } from './world.ts'

export const frame = {
  emulator: 'Stripe',
  nav: [
    { href: '/dashboard', label: 'Zahlungen' },
    { href: '/dashboard/events', label: 'Ereignisse' },
    { href: '/dashboard/promotions', label: 'Gutscheine und Preis' },
    { href: '/_faults/page', label: 'Störungen' },
    { href: '/_log', label: 'Aufrufe' },
  ],
}

const shownRows = 200

const states = {
  open: 'offen',
  expired: 'abgelaufen',
  paid: 'bezahlt',
  unpaid: 'Zahlung läuft',
  no_payment_required: 'kostenlos',
} as const

/** A session's state in one word, with refunds and disputes. */
function stateWord(world: World, row: SessionRow): { word: string; tone: string } {
  const { session } = row
  if (session.status !== 'complete')
    return { word: states[session.status], tone: session.status === 'open' ? '' : 'quiet' }
  const intent = world.intents.get(session.payment_intent ?? '')
  const charge = world.charges.get(intent?.latest_charge ?? '')
  if (charge?.disputed) {
    const dispute = world.disputes.all().findLast((one) => one.charge === charge.id)
    return { word: `angefochten (${dispute?.status ?? '?'})`, tone: 'bad' }
  }
  if (charge?.refunded) return { word: 'erstattet', tone: 'bad' }
  if (charge && charge.amount_refunded > 0) return { word: 'teilweise erstattet', tone: 'bad' }
  if (session.payment_status === 'unpaid' && intent?.status !== 'processing')
    return { word: 'gescheitert', tone: 'bad' }
  return { word: states[session.payment_status], tone: session.payment_status === 'unpaid' ? '' : 'good' }
}

function paymentsBody(world: World): Html {
  const rows = world.sessions
    .all()
    .slice(-shownRows)
    .reverse()
    .map((row) => {
      const { session } = row
      const { word, tone } = stateWord(world, row)
      return html`<tr><td><time>${formatTime(session.created * 1000)}</time></td><td><a href="/dashboard/payments/${row.id}">${session.customer_details?.email ?? session.customer_email ?? 'noch ohne Adresse'}</a></td>
<td class="${tone}">${word}</td><td class="num">${formatMoney(session.amount_total, session.currency)}</td><td class="mono">${row.id.slice(0, 20)}…</td></tr>`
    })
  return html`<h1>Zahlungen</h1><p>Jede Bestellung im Shop öffnet hier eine Kasse. Die neueste steht oben.</p>
${dataTable('Zahlungen', ['Zeit', 'E-Mail', 'Stand', 'Betrag', 'Kennung'], rows, 'Noch keine Zahlung. Bestell im Shop, dann steht hier die Kasse dazu.')}`
}

function chargeActions(world: World, row: SessionRow): Html {
  const intent = world.intents.get(row.session.payment_intent ?? '')
  const charge = world.charges.get(intent?.latest_charge ?? '')
  const act = `/dashboard/payments/${row.id}/act`
  const button = (what: string, label: string, tone: 'plain' | 'main' | 'danger' = 'plain', more = {}) =>
    actionButton(act, label, { what, ...more }, tone)
  if (row.session.status === 'open')
    return html`${row.session.url ? html`<p><a href="${row.session.url}">Zur Kasse</a></p>` : ''}${button('expire', 'Kasse ablaufen lassen')}`
  if (intent?.status === 'processing')
    return html`${button('succeed', 'Lastschrift gelingt', 'main')}${button('fail', 'Lastschrift scheitert', 'danger')}`
  if (charge?.status !== 'succeeded') return html`<p class="muted">Hier ist nichts zu tun.</p>`
  const dispute = world.disputes.all().findLast((one) => one.charge === charge.id)
  const left = charge.amount - charge.amount_refunded
  const mode = world.settings().refunds
  return html`${
    left > 0
      ? html`<form method="post" action="${act}" class="row"><input type="hidden" name="what" value="refund">
<div><label for="amount">Erstatten, in Euro</label><input id="amount" name="amount" inputmode="decimal" value="${(left / 100).toFixed(2).replace('.', ',')}" autocomplete="off"></div>
<div><label for="mode">Die Erstattung</label><select id="mode" name="mode">${[
          ['succeeded', 'gelingt sofort'],
          ['pending', 'bleibt erst offen'],
          ['failed', 'scheitert nach einer Sekunde'],
        ].map(
          ([value, label]) => html`<option value="${value}" ${value === mode ? 'selected' : ''}>${label}</option>`,
        )}</select></div><button class="danger">Erstatten</button></form>`
      : ''
  }
${dispute?.status === 'needs_response' ? html`${button('win', 'Anfechtung gewinnen')}${button('lose', 'Anfechtung verlieren', 'danger')}` : html`${button('warn', 'Betrugsverdacht melden')}${button('dispute', 'Zahlung anfechten', 'danger')}`}`
}

function paymentBody(world: World, row: SessionRow, problem?: string): Html {
  const { session } = row
  const intent = world.intents.get(session.payment_intent ?? '')
  const refunds = world.refunds.all().filter((refund) => refund.payment_intent === session.payment_intent)
  const { word, tone } = stateWord(world, row)
  const ids = new Set([row.id, session.payment_intent, intent?.latest_charge, ...refunds.map((one) => one.id)])
  for (const one of [...world.disputes.values(), ...warningsOf(world)])
    if (one.payment_intent === session.payment_intent) ids.add(one.id)
  if (session.invoice) ids.add(session.invoice)
  const events = world.events.all().filter((event) => ids.has((event.data.object as { id: string }).id))
  const refundRows = refunds.map(
    (
      refund,
    ) => html`<tr><td><time>${formatTime(refund.created * 1000)}</time></td><td class="num">${formatMoney(refund.amount, refund.currency as string)}</td><td>${refund.status}</td>
<td>${refund.status === 'pending' ? actionButton(`/dashboard/payments/${row.id}/act`, 'Gelingt', { what: 'refund_succeed', refund: refund.id }) : ''}${refund.status === 'failed' ? '' : actionButton(`/dashboard/payments/${row.id}/act`, 'Scheitert', { what: 'refund_fail', refund: refund.id }, 'danger')}</td></tr>`,
  )
  return html`<h1>${formatMoney(session.amount_total, session.currency)} · <span class="${tone}">${word}</span></h1>
<p class="mono">${row.id}</p>${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : ''}
<dl class="sum" style="max-width:640px"><dt>E-Mail</dt><dd>${session.customer_details?.email ?? session.customer_email ?? '–'}</dd><dt>Bestellung im Shop</dt><dd class="mono">${session.client_reference_id ?? '–'}</dd>
<dt>Zahlung</dt><dd class="mono">${session.payment_intent ?? '–'}</dd><dt>Belastung</dt><dd class="mono">${intent?.latest_charge ?? '–'}</dd>${session.invoice ? html`<dt>Rechnung</dt><dd><a href="/i/${session.invoice}" class="mono">${session.invoice}</a></dd>` : ''}</dl>
<h2>Was nun geschehen kann</h2>${chargeActions(world, row)}
${refunds.length > 0 ? html`<h2>Erstattungen</h2>${dataTable('Erstattungen', ['Zeit', 'Betrag', 'Stand', ''], refundRows, '')}` : ''}
<h2>Ereignisse</h2>${eventRows(world, events.reverse())}
<details><summary>Rohe Daten</summary><pre>${JSON.stringify({ session, payment_intent: intent ?? null, charge: world.charges.get(intent?.latest_charge ?? '') ?? null }, null, 2)}</pre></details>`
}

function promotionsBody(world: World): Html {
  const rows = world.promotionCodes.all().map((code) => {
    const coupon = world.coupons.get(code.promotion.coupon)
    return html`<tr><td class="mono">${code.code}</td><td>${coupon?.percent_off ? `${coupon.percent_off} %` : formatMoney(coupon?.amount_off ?? 0, coupon?.currency ?? 'eur')}</td><td class="num">${code.times_redeemed}</td><td>${code.active ? 'gilt' : 'abgeschaltet'}</td>
<td>${code.active ? actionButton('/dashboard/promotions', 'Abschalten', { what: 'off', id: code.id }) : ''}</td></tr>`
  })
  const price = world.prices.all().findLast((one) => one.active && one.lookup_key === world.config.price.lookupKey)
  return html`<h1>Gutscheine und Preis</h1>
${dataTable('Gutscheine', ['Code', 'Nachlass', 'Eingelöst', 'Stand', ''], rows, 'Kein Gutschein.')}
<h2>Neuer Gutschein</h2><form method="post" action="/dashboard/promotions" class="row"><input type="hidden" name="what" value="new">
<div><label for="code">Code</label><input id="code" name="code" required autocomplete="off"></div><div><label for="percent">Nachlass in Prozent</label><input id="percent" name="percent" type="number" min="1" max="100" value="10" required></div><button>Anlegen</button></form>
<h2>Preis</h2><p>Jetzt: ${price ? formatMoney(price.unit_amount, price.currency) : '–'}. Ein neuer Preis ist ein neues Objekt und übernimmt den Suchschlüssel <code>${world.config.price.lookupKey}</code>.</p>
<form method="post" action="/dashboard/promotions" class="row"><input type="hidden" name="what" value="price"><div><label for="amount">Neuer Preis in Euro</label><input id="amount" name="amount" inputmode="decimal" required autocomplete="off"></div><button>Preis ändern</button></form>
${linksBody(world)}`
}

/** „12,50" → 1250; NaN when it is no amount. */
const centsOf = (text: string) => Math.round(Number(text.trim().replace(/\./g, '').replace(',', '.')) * 100)

function act(world: World, row: SessionRow, form: Record<string, unknown>): void {
  const intent = row.session.payment_intent ?? ''
  const dispute = () => world.disputes.all().findLast((one) => one.payment_intent === intent)?.id ?? ''
  if (form.what === 'refund') {
    world.setSettings({
      refunds: ['pending', 'failed'].includes(String(form.mode)) ? (form.mode as 'pending') : 'succeeded',
    })
    createRefund(world, { paymentIntent: intent, amount: centsOf(String(form.amount)) })
    world.setSettings({ refunds: 'succeeded' })
  }
  if (form.what === 'expire') expireSession(world, row.id)
  if (form.what === 'succeed') settlePending(world, intent, 'succeed')
  if (form.what === 'fail') settlePending(world, intent, 'fail')
  if (form.what === 'warn') raiseWarning(world, { paymentIntent: intent })
  if (form.what === 'dispute') openDispute(world, { paymentIntent: intent })
  if (form.what === 'win') closeDispute(world, dispute(), 'won')
  if (form.what === 'lose') closeDispute(world, dispute(), 'lost')
  if (form.what === 'refund_succeed') settleRefund(world, String(form.refund), 'succeed')
  if (form.what === 'refund_fail') settleRefund(world, String(form.refund), 'fail')
}

function changePromotion(world: World, form: Record<string, unknown>): void {
  if (form.what === 'price') changePrice(world, centsOf(String(form.amount)))
  const amount = centsOf(String(form.amount))
  if (form.what === 'link' && amount >= 50) {
    const price = createOtherPrice(world, { name: String(form.name), amount })
    createLink(world, { lines: [{ price: price.id }] })
  }
  if (form.what === 'link_off') switchLinkOff(world, String(form.id))
  const known = world.promotionCodes.get(String(form.id))
  if (form.what === 'off' && known) world.promotionCodes.put({ ...known, active: false })
  const code = String(form.code ?? '')
    .trim()
    .toUpperCase()
  const percent = Number(form.percent)
  if (form.what !== 'new' || !/^[A-Z0-9]{3,30}$/.test(code) || !(percent >= 1 && percent <= 100)) return
  const coupon = world.coupons.put(makeCoupon(newId('', 8).slice(1), { percent }, nowSeconds()))
  world.promotionCodes.put(makePromotionCode(newId('promo'), code, coupon.id, nowSeconds()))
}

/** The dashboard: what a buyer, a bank and an operator do at Stripe, in German, without JavaScript. */
export function mountDashboard(app: EmulatorApp, world: World): void {
  const send = (c: Context, title: string, here: string, body: Html, status: 200 | 400 | 404 = 200) =>
    sendPage(c, page({ ...frame, title, here, body }), status)
  app.get('/dashboard', (c) => send(c, 'Zahlungen', '/dashboard', paymentsBody(world)))
  app.get('/dashboard/payments/:id', (c) => {
    const row = world.sessions.get(c.req.param('id'))
    if (!row) return send(c, 'Nicht gefunden', '', html`<h1>Diese Zahlung gibt es nicht</h1>`, 404)
    return send(c, 'Zahlung', '/dashboard', paymentBody(world, row))
  })
  app.post('/dashboard/payments/:id/act', async (c) => {
    const row = world.sessions.get(c.req.param('id'))
    if (!row) return send(c, 'Nicht gefunden', '', html`<h1>Diese Zahlung gibt es nicht</h1>`, 404)
    try {
      act(world, row, await c.req.parseBody())
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error
      const sentence = `Das ging nicht. Stripe sagt: ${error.message}`
      return send(c, 'Zahlung', '/dashboard', paymentBody(world, row, sentence), 400)
    }
    return c.redirect(`/dashboard/payments/${row.id}`, 303)
  })
  app.get('/dashboard/events', (c) =>
    send(
      c,
      'Ereignisse',
      '/dashboard/events',
      html`<h1>Ereignisse</h1><p>Die letzten ${shownRows}, das neueste zuerst. Ziel: <code>${world.config.webhookUrl || 'keins'}</code></p>${eventRows(world, world.events.all().slice(-shownRows).reverse())}`,
    ),
  )
  app.get('/dashboard/events/:id', (c) => {
    const event = world.events.get(c.req.param('id'))
    if (!event) return send(c, 'Nicht gefunden', '', html`<h1>Dieses Ereignis gibt es nicht</h1>`, 404)
    return send(c, event.type, '/dashboard/events', eventBody(world, event))
  })
  app.post('/dashboard/events/:id/resend', async (c) => {
    await world.deliverer.resend(c.req.param('id'))
    return c.redirect(`/dashboard/events/${c.req.param('id')}`, 303)
  })
  app.get('/dashboard/promotions', (c) =>
    send(c, 'Gutscheine und Preis', '/dashboard/promotions', promotionsBody(world)),
  )
  app.post('/dashboard/promotions', async (c) => {
    changePromotion(world, await c.req.parseBody())
    return c.redirect('/dashboard/promotions', 303)
  })
}
