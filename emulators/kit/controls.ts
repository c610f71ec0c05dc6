import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import { type Fault, type FaultInput, type Faults, faultInput } from './faults.ts'
import { actionButton, dataTable, formatTime, type Html, html, type PageInput, page, sendPage } from './page.ts'
import type { RequestLog } from './requestLog.ts'
import type { Store } from './store.ts'

export interface ControlOptions {
  store: Store
  faults: Faults
  log: RequestLog
  /** Header of the log and fault pages. */
  frame: Pick<PageInput, 'emulator' | 'nav'>
  /** What `GET /_state` answers: plain JSON for tests and checkers. */
  state: () => unknown
  /** Presets on the fault page: a label and the fault it adds. */
  switches: { label: string; fault: FaultInput }[]
}

const faultText = (fault: Fault) =>
  [
    fault.kind,
    fault.status,
    fault.ms === undefined ? null : `${fault.ms} ms`,
    fault.copies ? `${fault.copies}-fach` : null,
    fault.when === 'after' ? 'nach getaner Arbeit' : null,
    fault.chance === undefined ? null : `in ${Math.round(fault.chance * 100)} % der Fälle`,
  ]
    .filter((part) => part !== null && part !== undefined)
    .join(' · ')

function faultPanel(options: ControlOptions): Html {
  const rows = options.faults.list().map(
    (
      fault,
    ) => html`<tr><td>${faultText(fault)}</td><td>${fault.on === 'api' ? 'Aufruf' : 'Zustellung'}</td><td class="mono">${fault.match ?? 'alle'}</td>
<td class="num">${fault.hits}${fault.times ? ` von ${fault.times}` : ''}</td><td>${actionButton('/_faults/remove', 'Ausschalten', { id: fault.id })}</td></tr>`,
  )
  return html`<h1>Störungen</h1>
<p>Jede Störung wirkt, bis sie ausgeschaltet ist oder oft genug zugeschlagen hat. Über HTTP: <code>GET · POST · DELETE /_faults</code>.</p>
${dataTable('Eingeschaltete Störungen', ['Was', 'Wo', 'Wofür', 'Treffer', ''], rows, 'Keine Störung ist eingeschaltet. Unten lässt sich eine einschalten.')}
<h2>Einschalten</h2>
<form method="post" action="/_faults/add" class="row">
<p><label for="preset">Störung</label><select id="preset" name="preset">${options.switches.map((item, index) => html`<option value="${index}">${item.label}</option>`)}</select></p>
<p><label for="match">Nur für (leer = alle)</label><input id="match" name="match" placeholder="Pfad oder Ereignis, * erlaubt" autocomplete="off"></p>
<p><label for="times">Wie oft (leer = bis zum Ausschalten)</label><input id="times" name="times" inputmode="numeric" pattern="[0-9]*" autocomplete="off"></p>
<p><button class="main">Einschalten</button></p></form>
<h2>Zurücksetzen</h2><p>Löscht alles, was hier gespeichert ist, und beginnt von vorn.</p>
${actionButton('/_reset', 'Alles zurücksetzen', { page: '1' }, 'danger')}`
}

function logPage(options: ControlOptions): Html {
  const rows = options.log.latest(200).map(
    (
      entry,
    ) => html`<tr><td><time>${formatTime(entry.at)}</time></td><td class="mono">${entry.method}</td><td class="mono">${entry.path}</td>
<td class="num ${entry.status >= 400 || entry.status === 0 ? 'bad' : ''}">${entry.status || 'keine Antwort'}</td><td class="num">${entry.ms} ms</td><td class="mono">${entry.note ?? ''}</td></tr>`,
  )
  return html`<h1>Aufrufe</h1><p>Die letzten 200 Aufrufe dieser Nachbildung, der neueste zuerst.</p>
${dataTable('Aufrufe', ['Zeit', 'Art', 'Pfad', 'Status', 'Dauer', 'Notiz'], rows, 'Noch kein Aufruf. Sobald der Shop etwas fragt, steht es hier.')}`
}

/**
 * Mounts what every emulator has: `GET|POST|DELETE /_faults`, `POST /_reset`, `GET /_state`, and the
 * pages `/_faults/page` and `/_log`.
 */
export function mountControls(app: Hono<{ Bindings: HttpBindings }>, options: ControlOptions): void {
  const { faults, store } = options
  app.get('/_faults', (c) => c.json(faults.list()))
  app.post('/_faults', async (c) => {
    const parsed = faultInput.safeParse(await c.req.json().catch(() => null))
    if (!parsed.success) return c.json({ error: parsed.error.issues[0]?.message, issues: parsed.error.issues }, 400)
    return c.json(faults.add(parsed.data), 201)
  })
  app.delete('/_faults', (c) => {
    faults.clear()
    return c.json({ cleared: true })
  })
  app.delete('/_faults/:id', (c) => {
    faults.remove(c.req.param('id'))
    return c.json({ removed: true })
  })
  app.get('/_faults/page', (c) =>
    sendPage(c, page({ ...options.frame, title: 'Störungen', here: '/_faults/page', body: faultPanel(options) })),
  )
  app.post('/_faults/add', async (c) => {
    const form = await c.req.parseBody()
    const preset = options.switches[Number(form.preset)]
    const times = Number(form.times)
    if (preset)
      faults.add({
        ...preset.fault,
        ...(typeof form.match === 'string' && form.match.trim() ? { match: form.match.trim() } : {}),
        ...(times >= 1 ? { times: Math.floor(times) } : {}),
      })
    return c.redirect('/_faults/page', 303)
  })
  app.post('/_faults/remove', async (c) => {
    const form = await c.req.parseBody()
    faults.remove(String(form.id))
    return c.redirect('/_faults/page', 303)
  })
  app.post('/_reset', async (c) => {
    const form = await c.req.parseBody()
    store.reset()
    options.log.clear()
    return form.page ? c.redirect('/_faults/page', 303) : c.json({ reset: true })
  })
  app.get('/_state', (c) => c.json(options.state() as object))
  app.get('/_log', (c) =>
    sendPage(c, page({ ...options.frame, title: 'Aufrufe', here: '/_log', body: logPage(options) })),
  )
}
