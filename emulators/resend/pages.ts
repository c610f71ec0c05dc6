import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import { actionButton, dataTable, formatTime, type Html, html, page, sendPage } from '../kit/page.ts'
import { deliveryRows } from './deliveryRows.ts'
import { unlimited } from './doors.ts'
import { announce } from './events.ts'
import type { Mail, MailBody, MailFile, MailState, World } from './types.ts'

export const frame = {
  emulator: 'Postfach (Resend)',
  nav: [
    { href: '/inbox', label: 'Postfach' },
    { href: '/zustellungen', label: 'Meldungen an den Shop' },
    { href: '/_faults/page', label: 'Störungen' },
    { href: '/_log', label: 'Aufrufe' },
  ],
}

const states: Record<MailState, { label: string; tone: 'good' | 'bad' | '' }> = {
  queued: { label: 'angenommen', tone: '' },
  sent: { label: 'unterwegs', tone: '' },
  delivered: { label: 'zugestellt', tone: 'good' },
  delivery_delayed: { label: 'verzögert', tone: 'bad' },
  bounced: { label: 'unzustellbar', tone: 'bad' },
  complained: { label: 'als Spam gemeldet', tone: 'bad' },
  failed: { label: 'gescheitert', tone: 'bad' },
  suppressed: { label: 'Adresse gesperrt', tone: 'bad' },
}
const pageRows = 200

/** Every address a person could click in the mail: from the HTML's `href`s, then bare ones in the text. */
function linksOf(mail: Pick<MailBody, 'html' | 'text'>): string[] {
  const plain = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').replaceAll('&#x27;', "'")
  const inHtml = [...(mail.html ?? '').matchAll(/<a\s[^>]*?href=(?:"([^"]*)"|'([^']*)')/gi)].map((hit) =>
    plain(hit[1] ?? hit[2] ?? ''),
  )
  const inText = [...(mail.text ?? '').matchAll(/https?:\/\/[^\s<>"')\]]+/g)].map((hit) =>
    hit[0].replace(/[.,;:]$/, ''),
  )
  return [...new Set([...inHtml, ...inText])].filter((link) => /^(https?|mailto):/.test(link))
}

const stateText = (state: MailState): Html => html`<span class="${states[state].tone}">${states[state].label}</span>`

function listPage(world: World, to: string): Html {
  const wanted = to.toLowerCase()
  const rows = world.mails
    .all()
    .reverse()
    .filter((mail) => mail.to.some((address) => address.toLowerCase().includes(wanted)))
    .slice(0, pageRows)
    .map(
      (mail) => html`<tr><td><a href="/inbox/${mail.id}">${mail.subject}</a></td><td>${mail.to.join(', ')}</td>
<td><time>${formatTime(mail.createdAt)}</time></td><td>${stateText(mail.state)}</td></tr>`,
    )
  return html`<h1>Postfach</h1>
<p>Hier landet jede Mail, die der Shop verschickt. Nichts davon verlässt diesen Rechner.</p>
<form method="get" action="/inbox" class="row"><p><label for="to">Empfänger enthält</label><input id="to" name="to" value="${to}" autocomplete="off"></p><p><button>Filtern</button></p></form>
${dataTable('Mails, die neueste zuerst', ['Betreff', 'An', 'Zeit', 'Stand'], rows, 'Noch keine Mail. Bestell den Kurs oder fordere einen Login-Link an, dann liegt sie hier.')}
<h2>Adressen zum Ausprobieren</h2>
<ul>
<li><code>weg@…</code> und alles, was mit <code>bounce</code> beginnt: unzustellbar (550), die Adresse ist danach gesperrt</li>
<li><code>voll@…</code>: Postfach voll (452), nach drei Versuchen unzustellbar</li>
<li><code>spaeter@…</code>: einmal verzögert (452), dann zugestellt</li>
<li><code>beschwerde@…</code>: zugestellt, dann als Spam gemeldet</li>
<li><code>gesperrt@…</code>: steht schon auf der Sperrliste</li>
</ul>
${suppressionPanel(world)}
<h2>Tempo</h2><p>Anfragen je Sekunde, die dieses Resend annimmt (leer = unbegrenzt).</p>
<form method="post" action="/_limits" class="row"><p><label for="perSecond">Je Sekunde</label><input id="perSecond" name="perSecond" inputmode="numeric" value="${currentLimit(world)}" autocomplete="off"></p><p><button>Übernehmen</button></p></form>`
}

function currentLimit(world: World): string {
  const limit = world.settings.get('settings')?.rateLimit ?? unlimited
  return limit === unlimited ? '' : String(limit)
}

function suppressionPanel(world: World): Html {
  const why = { bounce: 'unzustellbar', complaint: 'als Spam gemeldet', manual: 'von Hand' }
  const rows = world.suppressions.all().map(
    (row) => html`<tr><td>${row.id}</td><td>${why[row.origin]}</td><td><time>${formatTime(row.createdAt)}</time></td>
<td>${actionButton('/inbox/freigeben', 'Freigeben', { address: row.id })}</td></tr>`,
  )
  return html`<h2>Sperrliste</h2>${dataTable('Gesperrte Adressen', ['Adresse', 'Grund', 'Seit', ''], rows, 'Keine Adresse ist gesperrt. Nach einem Bounce oder einer Beschwerde steht sie hier.')}`
}

/** The frame shows the mail as a person sees it: no scripts, no foreign pictures, links open in the whole window. */
function mailFrame(mail: MailBody): Html {
  if (!mail.html) return html`<pre>${mail.text ?? ''}</pre>`
  return html`<iframe title="Die Mail" sandbox="allow-top-navigation-by-user-activation allow-popups" style="width:100%;height:min(1100px,80vh);border:1px solid var(--faint);border-radius:4px;background:#fff"
 srcdoc="${`<base target="_top">${mail.html}`}"></iframe>`
}

function mailPage(world: World, mail: Mail): Html {
  const headers = mail.received?.headers.join('\n') ?? 'Noch nicht per SMTP angekommen.'
  const events = world.events.all().filter((event) => event.mailId === mail.id)
  const body = bodyOf(world, mail)
  return html`<p><a href="/inbox">← Postfach</a></p><h1>${mail.subject}</h1>
<p>Von ${mail.from}<br>An ${mail.to.join(', ')}${mail.replyTo.length > 0 ? html`<br>Antwort an ${mail.replyTo.join(', ')}` : ''}<br>
<time>${formatTime(mail.createdAt)}</time> · ${stateText(mail.state)}${mail.smtp.answer ? html` · <span class="mono">${mail.smtp.answer}</span>` : ''}</p>
${mailFrame(body)}
${fileList(mail, body.files ?? [])}
<h2>Links</h2><ul>${linksOf(body).map((link) => html`<li><a href="${link}">${link}</a></li>`)}</ul>
<h2>Textfassung</h2><pre>${body.text ?? 'Diese Mail hat keine Textfassung.'}</pre>
<h2>Weg der Mail</h2>
${dataTable(
  'Stationen',
  ['Zeit', 'Stand'],
  mail.history.map(
    (step) => html`<tr><td><time>${formatTime(step.at)}</time></td><td>${stateText(step.state)}</td></tr>`,
  ),
  'Noch keine.',
)}
<p>${mail.smtp.tries} SMTP-${mail.smtp.tries === 1 ? 'Versuch' : 'Versuche'}${mail.received ? `, ${mail.received.bytes} Bytes angekommen` : ''}. Idempotency-Key: <code>${mail.idempotencyKey ?? 'keiner'}</code></p>
${actionButton(`/inbox/${mail.id}/melden`, 'Bounce melden', { state: 'bounced' }, 'danger')}
${actionButton(`/inbox/${mail.id}/melden`, 'Beschwerde melden', { state: 'complained' }, 'danger')}
${actionButton(`/inbox/${mail.id}/melden`, 'Verzögerung melden', { state: 'delivery_delayed' })}
${actionButton(`/inbox/${mail.id}/melden`, 'Zustellung melden', { state: 'delivered' })}
<h2>Meldungen an den Shop</h2>${deliveryRows(world, events)}
<h2>Kopfzeilen</h2><details><summary>Wie per SMTP angekommen</summary><pre>${headers}</pre></details>`
}

const fileList = (mail: Mail, files: MailFile[]): Html | string =>
  files.length === 0
    ? ''
    : html`<h2>Anhänge</h2><ul>${files.map((file) => html`<li><a href="/inbox/${mail.id}/${file.filename}">${file.filename}</a> <span class="mono">${Math.ceil(file.bytes / 1024)} kB, ${file.contentType}</span></li>`)}</ul>`

const bodyOf = (world: World, mail: Mail): MailBody =>
  world.bodies.get(mail.id) ?? { id: mail.id, html: null, text: null }

/** One mail as JSON for tests. */
const mailJson = (mail: Mail, body: MailBody) => ({
  id: mail.id,
  to: mail.to,
  from: mail.from,
  replyTo: mail.replyTo,
  subject: mail.subject,
  at: new Date(mail.createdAt).toISOString(),
  state: mail.state,
  history: mail.history.map((step) => step.state),
  html: body.html,
  text: body.text,
  links: linksOf(body),
  headers: mail.headers,
  /** The bytes are at `/inbox/{id}/{filename}`; `sha256` tells whether they are the same. */
  attachments: (body.files ?? []).map(({ id: sha256, ...file }) => ({ ...file, sha256 })),
  tags: Object.fromEntries(mail.tags.map((tag) => [tag.name, tag.value])),
  idempotencyKey: mail.idempotencyKey,
  payloadHash: mail.payloadHash,
  smtp: mail.smtp,
  received: mail.received !== null,
})

type App = Hono<{ Bindings: HttpBindings }>

function mountActions(app: App, world: World): void {
  app.post('/inbox/freigeben', async (c) => {
    const form = await c.req.parseBody()
    world.suppressions.remove(String(form.address))
    return c.redirect('/inbox', 303)
  })
  app.post('/inbox/:id/melden', async (c) => {
    const mail = world.mails.get(c.req.param('id'))
    const state = String((await c.req.parseBody()).state) as MailState
    if (!mail || !(state in states) || state === 'queued') return c.json({ error: 'unknown mail or state' }, 404)
    announce(world, mail, state)
    return c.redirect(`/inbox/${mail.id}`, 303)
  })
  // The same for tests: `{ mailId, state }`, as JSON.
  app.post('/_events', async (c) => {
    const body = await c.req.json().catch(() => ({}))
    const mail = world.mails.get(String(body.mailId))
    if (!mail || !(body.state in states) || body.state === 'queued')
      return c.json({ error: 'unknown mail or state' }, 404)
    announce(world, mail, body.state)
    return c.json({ sent: `email.${body.state}` })
  })
  app.post('/zustellungen/:id/wiederholen', async (c) => {
    await world.deliverer.resend(c.req.param('id'))
    return c.redirect(c.req.header('referer') ?? '/zustellungen', 303)
  })
  app.post('/_limits', async (c) => {
    const json = c.req.header('content-type')?.startsWith('application/json')
    const body = json ? await c.req.json() : await c.req.parseBody()
    const perSecond = Number(body.perSecond)
    world.settings.put({ id: 'settings', rateLimit: perSecond >= 1 ? Math.floor(perSecond) : unlimited })
    return json ? c.json({ rateLimit: world.settings.get('settings')?.rateLimit }) : c.redirect('/inbox', 303)
  })
}

/** The mailbox as pages, and as JSON for tests: `GET /inbox.json?to=&limit=`, newest first. */
export function mountMailbox(app: App, world: World): void {
  app.get('/', (c) => c.redirect('/inbox'))
  app.get('/inbox', (c) =>
    sendPage(c, page({ ...frame, title: 'Postfach', here: '/inbox', body: listPage(world, c.req.query('to') ?? '') })),
  )
  app.get('/inbox.json', (c) => {
    const to = c.req.query('to')?.toLowerCase()
    const limit = Number(c.req.query('limit') ?? 100)
    const found = world.mails
      .all()
      .filter((mail) => !to || mail.to.some((address) => address.toLowerCase().includes(to)))
    return c.json(
      found
        .slice(-limit)
        .reverse()
        .map((mail) => mailJson(mail, bodyOf(world, mail))),
    )
  })
  app.get('/inbox/:id', (c) => {
    const mail = world.mails.get(c.req.param('id'))
    const body = mail
      ? mailPage(world, mail)
      : html`<h1>Diese Mail gibt es nicht</h1><p><a href="/inbox">Zum Postfach</a></p>`
    return sendPage(c, page({ ...frame, title: mail?.subject ?? 'Nicht gefunden', body }), mail ? 200 : 404)
  })
  app.get('/inbox/:id/:filename', (c) => {
    const file = world.bodies.get(c.req.param('id'))?.files?.find((one) => one.filename === c.req.param('filename'))
    const content = file && world.files.get(file.id)?.content
    if (!file || content === undefined) return c.json({ error: 'unknown mail or file' }, 404)
    return c.body(Buffer.from(content, 'base64'), 200, {
      'content-type': file.contentType,
      'content-disposition': `inline; filename="${encodeURIComponent(file.filename)}"`,
      'x-content-type-options': 'nosniff',
    })
  })
  app.get('/zustellungen', (c) => {
    const newest = world.events.all().slice(-pageRows).reverse()
    const body = html`<h1>Meldungen an den Shop</h1><p>Signierte Webhooks, die neueste zuerst.</p>${deliveryRows(world, newest)}`
    return sendPage(c, page({ ...frame, title: 'Meldungen', here: '/zustellungen', body }))
  })
  mountActions(app, world)
}
