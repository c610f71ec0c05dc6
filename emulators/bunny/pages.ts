import { actionButton, dataTable, formatTime, type Html, html, page, sendPage } from '../kit/page.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { ring } from './encoding.ts'
import { cdnToken } from './sign.ts'
import { apiStatus, type BunnyEventRow, type Video, type World, webhookStatus } from './types.ts'

export const frame = {
  emulator: 'Bunny Stream',
  nav: [
    { href: '/videos', label: 'Videos' },
    { href: '/zustellungen', label: 'Meldungen an den Shop' },
    { href: '/_faults/page', label: 'Störungen' },
    { href: '/_log', label: 'Aufrufe' },
  ],
}

const statusWords: Record<number, string> = {
  [apiStatus.created]: 'angelegt, wartet auf die Datei',
  [apiStatus.uploaded]: 'hochgeladen',
  [apiStatus.processing]: 'wird vorbereitet',
  [apiStatus.transcoding]: 'wird umgewandelt',
  [apiStatus.finished]: 'fertig',
  [apiStatus.error]: 'fehlgeschlagen',
  [apiStatus.uploadFailed]: 'Upload fehlgeschlagen',
}
const webhookWords: Record<number, string> = {
  [webhookStatus.queued]: '0 eingereiht',
  [webhookStatus.processing]: '1 in Vorbereitung',
  [webhookStatus.encoding]: '2 Umwandlung begonnen',
  [webhookStatus.finished]: '3 fertig',
  [webhookStatus.resolutionFinished]: '4 eine Qualität fertig',
  [webhookStatus.failed]: '5 fehlgeschlagen',
  [webhookStatus.uploadStarted]: '6 Upload begonnen',
  [webhookStatus.uploadFinished]: '7 Upload angekommen',
  [webhookStatus.uploadFailed]: '8 Upload fehlgeschlagen',
}
const deliveryWords = { waiting: 'wartet', delivered: 'angekommen', failed: 'aufgegeben', dropped: 'verschluckt' }
const shownEvents = 200
const linkSeconds = 3600

const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
const tone = (video: Video) =>
  video.status === apiStatus.finished ? 'good' : video.status === apiStatus.error ? 'bad' : ''

function listPage(world: World): Html {
  const rows = world.videos
    .all()
    .sort((a, b) => b.uploadedAt - a.uploadedAt)
    .map(
      (
        video,
      ) => html`<tr><td><a href="/videos/${video.id}">${video.title}</a><br><span class="mono quiet">${video.id}</span></td>
<td class="${tone(video)}">${statusWords[video.status]}${video.status === apiStatus.transcoding ? ` (${video.encodeProgress} %)` : ''}</td>
<td class="num">${video.length ? minutes(video.length) : ''}</td><td>${video.captions.map((caption) => caption.label).join(', ')}</td></tr>`,
    )
  return html`<h1>Videos</h1>
<p>Jedes Video zeigt denselben Testfilm mit laufender Uhr und endet nach seiner eigenen Länge. Ein Titel mit „kaputt“ scheitert beim Umwandeln.</p>
${actionButton('/videos/ablaufen', 'Alle laufenden Signaturen ablaufen lassen')}
${dataTable('Videos, das neueste zuerst', ['Titel', 'Stand', 'Länge', 'Untertitel'], rows, 'Noch kein Video. Lade eines im Adminbereich hoch.')}`
}

function eventTable(world: World, events: BunnyEventRow[]): Html {
  const rows = events.map((event) => {
    const delivery = world.deliverer.table.get(event.id)
    const last = delivery?.attempts.at(-1)
    return html`<tr><td><time>${formatTime(event.at)}</time></td><td>${webhookWords[event.status] ?? event.status}</td>
<td><a href="/videos/${event.guid}">Video</a></td><td class="${delivery?.state === 'delivered' ? 'good' : ''}">${delivery ? deliveryWords[delivery.state] : 'kein Empfänger eingestellt'}</td>
<td class="num">${delivery?.attempts.length ?? 0}</td><td class="num">${last ? last.status || (last.error ?? 'keine Antwort') : ''}</td>
<td>${actionButton(`/zustellungen/${event.id}/wiederholen`, 'Noch einmal senden')}</td></tr>`
  })
  return dataTable(
    'Meldungen',
    ['Zeit', 'Status', 'Wozu', 'Stand', 'Versuche', 'Antwort', ''],
    rows,
    'Noch keine. Nach einem Upload meldet Bunny hier jeden Schritt.',
  )
}

/** A playlist signed like the shop's, valid for an hour, to try in a player or with curl. */
function signedPlaylist(world: World, origin: string, video: Video): string {
  const directory = `/${video.id}/`
  const expires = String(Math.floor(Date.now() / 1000) + linkSeconds)
  const token = cdnToken(world.config.tokenKey, directory, expires, { token_path: directory })
  return `${origin}/bcdn_token=${token}&token_path=${encodeURIComponent(directory)}&expires=${expires}${directory}playlist.m3u8`
}

function videoPage(world: World, origin: string, video: Video): Html {
  const events = world.events
    .all()
    .filter((event) => event.guid === video.id)
    .reverse()
  return html`<p><a href="/videos">← Videos</a></p><h1>${video.title}</h1>
<p class="mono">${video.id}</p>
<p><span class="${tone(video)}">${statusWords[video.status]}</span> · API-Status ${video.status} · ${video.encodeProgress} % · ${minutes(video.length)} · ${video.resolutions.join(', ') || 'noch keine Qualität'}</p>
<h2>Abspielen</h2><p>Eine Adresse, wie der Shop sie signiert, eine Stunde gültig:</p><pre>${signedPlaylist(world, origin, video)}</pre>
${actionButton(`/videos/${video.id}/ablaufen`, 'Signatur läuft ab')}
<p class="quiet">Alle bisher benutzten Signaturen dieses Videos antworten danach mit 403; eine neue gilt wieder.</p>
<h2>Dem Shop melden</h2>
${actionButton(`/videos/${video.id}/melden`, 'Fertig (3)', { status: '3' })}
${actionButton(`/videos/${video.id}/melden`, 'Qualität fertig (4)', { status: '4' })}
${actionButton(`/videos/${video.id}/melden`, 'Fehlgeschlagen (5)', { status: '5' }, 'danger')}
<p class="quiet">Nur die Meldung geht hinaus, der Stand hier bleibt: Der Shop muss nachfragen, statt der Zahl zu glauben.</p>
<h2>Meldungen</h2>${eventTable(world, events)}`
}

function mountActions(app: EmulatorApp, world: World): void {
  const expire = (video: Video) => world.videos.put(Object.assign(video, { tokensExpiredAt: Date.now() + 1 }))
  app.post('/videos/ablaufen', (c) => {
    for (const video of world.videos.all()) expire(video)
    return c.redirect('/videos', 303)
  })
  app.post('/videos/:guid/ablaufen', (c) => {
    const video = world.videos.get(c.req.param('guid'))
    if (!video) return c.notFound()
    expire(video)
    return c.redirect(`/videos/${video.id}`, 303)
  })
  app.post('/videos/:guid/melden', async (c) => {
    const video = world.videos.get(c.req.param('guid'))
    const status = Number((await c.req.parseBody()).status)
    if (!video || !(status in webhookWords)) return c.notFound()
    ring(world, video.id, status)
    return c.redirect(`/videos/${video.id}`, 303)
  })
  // The same for tests, as JSON: `{ guid, status }` sends a webhook, `{ guid? }` ends the tokens in use.
  app.post('/_events', async (c) => {
    const body = await c.req.json().catch(() => ({}))
    if (typeof body.guid !== 'string' || !(body.status in webhookWords))
      return c.json({ error: 'guid and status' }, 400)
    ring(world, body.guid, body.status)
    return c.json({ sent: body.status })
  })
  app.post('/_expire', async (c) => {
    const body = await c.req.json().catch(() => ({}))
    const found = world.videos.all().filter((video) => body.guid === undefined || video.id === body.guid)
    for (const video of found) expire(video)
    return c.json({ expired: found.length })
  })
  app.post('/zustellungen/:id/wiederholen', async (c) => {
    await world.deliverer.resend(c.req.param('id'))
    return c.redirect(c.req.header('referer') ?? '/zustellungen', 303)
  })
}

/** `/videos`, one page per video, and the webhooks that went out. */
export function mountPages(app: EmulatorApp, world: World): void {
  app.get('/', (c) => c.redirect('/videos'))
  app.get('/videos', (c) => sendPage(c, page({ ...frame, title: 'Videos', here: '/videos', body: listPage(world) })))
  app.get('/videos/:guid', (c) => {
    const video = world.videos.get(c.req.param('guid'))
    const body = video
      ? videoPage(world, new URL(c.req.url).origin, video)
      : html`<h1>Dieses Video gibt es nicht</h1><p><a href="/videos">Zu den Videos</a></p>`
    return sendPage(c, page({ ...frame, title: video?.title ?? 'Nicht gefunden', body }), video ? 200 : 404)
  })
  app.get('/zustellungen', (c) => {
    const body = html`<h1>Meldungen an den Shop</h1><p>Signierte Webhooks, die neueste zuerst.</p>${eventTable(world, world.events.all().slice(-shownEvents).reverse())}`
    return sendPage(c, page({ ...frame, title: 'Meldungen', here: '/zustellungen', body }))
  })
  mountActions(app, world)
}
