import { Hono } from 'hono'
import { faultAnswer, mountApi, seededVideo } from './bunny/api.ts'
import { createCdn } from './bunny/cdn.ts'
import { createEncoder, createVideoDeliverer } from './bunny/encoding.ts'
import { readFilm } from './bunny/film.ts'
import { frame, mountPages } from './bunny/pages.ts'
import { mountTus } from './bunny/tus.ts'
import type { BunnyConfig, BunnyEventRow, Upload, Video, World } from './bunny/types.ts'
import { mountControls } from './kit/controls.ts'
import { createFaults, type FaultInput, faultyApi } from './kit/faults.ts'
import { requireLoopback } from './kit/loopback.ts'
import { createRequestLog } from './kit/requestLog.ts'
import { type EmulatorApp, serve } from './kit/serve.ts'
import { openStore, type Store } from './kit/store.ts'

export type { BunnyConfig } from './bunny/types.ts'

export interface BunnyEmulator {
  port: number
  url: string
  close(): Promise<void>
}

const switches: { label: string; fault: FaultInput }[] = [
  { label: 'API: Schlüssel abgelehnt (401)', fault: { kind: 'status', status: 401, match: '/library/*' } },
  { label: 'API: Video unbekannt (404)', fault: { kind: 'status', status: 404, match: '/library/*' } },
  { label: 'API: zu viele Anfragen (429)', fault: { kind: 'status', status: 429, retryAfter: 2, match: '/library/*' } },
  { label: 'API: Fehlerseite (502, HTML)', fault: { kind: 'status', status: 502, code: 'html', match: '/library/*' } },
  { label: 'API: leere Antwort (500)', fault: { kind: 'status', status: 500, code: 'empty', match: '/library/*' } },
  { label: 'API: antwortet nie', fault: { kind: 'hang', match: '/library/*' } },
  { label: 'API: Antwort bricht ab', fault: { kind: 'cut', match: '/library/*' } },
  {
    label: 'Upload: Verbindung reißt nach jedem Stück',
    fault: { kind: 'reset', when: 'after', match: 'PATCH /tusupload/*' },
  },
  { label: 'Film: gesperrt (403)', fault: { kind: 'status', status: 403, match: 'GET *.m*' } },
  { label: 'Film: Segmente langsam (3 s)', fault: { kind: 'delay', on: 'api', ms: 3000, match: 'GET *.m4s' } },
  { label: 'Film: Segmente fehlen (404)', fault: { kind: 'status', status: 404, match: 'GET *.m4s' } },
  { label: 'Film: Segmente hängen', fault: { kind: 'hang', match: 'GET *.m4s' } },
  { label: 'Meldungen gehen verloren', fault: { kind: 'drop' } },
  { label: 'Meldungen kommen dreifach', fault: { kind: 'duplicate', copies: 3 } },
  { label: 'Meldungen in anderer Reihenfolge', fault: { kind: 'reorder', ms: 5000 } },
]

function openVideos(config: BunnyConfig, store: Store): Pick<World, 'videos' | 'deleted'> {
  const deleted = store.table<{ id: string }>('deleted')
  const seeds = config.videos ?? []
  const videos = store.table<Video>('videos', () =>
    seeds.map(seededVideo).filter((video) => deleted.get(video.id) === undefined),
  )
  // A lesson may have got longer since the last start; what was changed by the API stays.
  for (const seed of seeds) {
    const video = videos.get(seed.guid)
    if (video && video.length !== seed.length) videos.put(Object.assign(video, { length: seed.length }))
  }
  return { videos, deleted }
}

/** The CDN and the upload are asked by browsers from the shop's origin. */
function mountCors(app: EmulatorApp): void {
  app.use(async (c, next) => {
    await next()
    const own = c.req.path.startsWith('/library/') || c.req.path.startsWith('/_') || c.req.path.startsWith('/videos')
    if (own || c.res.headers.has('x-hono-already-sent')) return
    c.res.headers.set('access-control-allow-origin', '*')
    c.res.headers.set(
      'access-control-expose-headers',
      'Location, Upload-Offset, Upload-Length, Tus-Resumable, Tus-Version, Content-Length, Content-Range',
    )
  })
}

function mountCdn(app: EmulatorApp, world: World): void {
  app.options('*', (c) =>
    c.body(null, 204, { 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': 'range' }),
  )
  app.on(['GET', 'HEAD'], '*', createCdn(world))
}

const stateOf = (world: World, idle: boolean) => ({
  idle: idle && world.deliverer.idle(),
  videos: world.videos
    .all()
    .map(({ captions, ...video }) => ({ ...video, captions: captions.map((item) => item.srclang) })),
  uploads: world.uploads.all(),
  events: world.events.all().map(({ guid, status, at }) => ({ guid, status, at })),
  deliveries: world.deliverer.table.all(),
})

/**
 * Starts the emulator of Bunny Stream on 127.0.0.1: API, TUS upload, CDN with token check, signed webhooks, pages.
 * State lies in `dataDir/emulators/bunny.json` and survives a restart. Rejects when the port is busy or the webhook's
 * address is not loopback.
 */
export async function startBunny(config: BunnyConfig, dataDir: string): Promise<BunnyEmulator> {
  requireLoopback('The webhook URL', config.webhookUrl)
  const film = readFilm()
  const store = openStore(dataDir, 'bunny')
  const faults = createFaults(store)
  const log = createRequestLog()
  const events = store.table<BunnyEventRow>('events')
  const world: World = {
    config,
    store,
    faults,
    film,
    ...openVideos(config, store),
    uploads: store.table<Upload>('uploads'),
    events,
    deliverer: createVideoDeliverer(config, store, faults, events),
  }
  const encoder = createEncoder(world)

  const app: EmulatorApp = new Hono()
  app.use(log.middleware)
  mountCors(app)
  mountControls(app, { store, faults, log, frame, switches, state: () => stateOf(world, encoder.idle()) })
  mountPages(app, world)
  app.use(faultyApi(faults, faultAnswer))
  mountApi(app, world, encoder)
  mountTus(app, world, encoder)
  mountCdn(app, world)
  const served = await serve(app, config.port, '/tusupload')
  return {
    port: served.port,
    url: served.url,
    async close() {
      await served.close()
      encoder.close()
      world.deliverer.close()
      await store.close()
    },
  }
}
