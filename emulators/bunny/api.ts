import { randomUUID } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { Fault } from '../kit/faults.ts'
import type { EmulatorApp } from '../kit/serve.ts'
import { createLengthReader, type Encoder } from './encoding.ts'
import { apiStatus, type BunnyConfig, type Video, type World } from './types.ts'

/** Bunny's StatusModel. */
export function status(c: Context, code: number, message: string): Response {
  c.header('x-note', message)
  return c.json({ success: code < 400, message, statusCode: code }, code as 200)
}
const ok = (c: Context) => status(c, 200, 'OK')
const noVideo = (c: Context) => status(c, 404, 'Video not found')

const sentences: Record<number, string> = {
  401: 'Authorization has been denied for this request.',
  403: 'Forbidden',
  404: 'Video not found',
  429: 'Too many requests',
}

/** A status fault in the form in which Bunny, or a proxy before it, would answer it. */
export function faultAnswer(c: Context, fault: Fault & { status: number }): Response {
  if (fault.retryAfter !== undefined) c.header('retry-after', String(fault.retryAfter))
  if (fault.code === 'html')
    return c.html(
      '<html>\r\n<head><title>502 Bad Gateway</title></head><body>bunny.net</body></html>',
      fault.status as 502,
    )
  if (fault.code === 'empty') return c.body(null, fault.status as 500)
  return status(c, fault.status, sentences[fault.status] ?? 'Internal Server Error')
}

/** Longest title, and most films on a page. */
const maxTitle = 500
const maxPage = 1000

const newVideo = (guid: string, title: string, now: number): Video => ({
  id: guid,
  title,
  uploadedAt: now,
  status: apiStatus.created,
  encodeProgress: 0,
  length: 0,
  resolutions: [],
  storageSize: 0,
  collectionId: '',
  captions: [],
  chapters: [],
  moments: [],
  metaTags: [],
  step: 0,
  stepAt: null,
  tokensExpiredAt: null,
})

export const seededVideo = (seed: { guid: string; title: string; length: number }, index: number): Video => ({
  ...newVideo(seed.guid, seed.title, Date.UTC(2026, 0, 1) + index * 1000),
  status: apiStatus.finished,
  encodeProgress: 100,
  length: seed.length,
  resolutions: ['240p', '360p'],
  storageSize: seed.length * 12_000,
})

/** Bunny's VideoModel. */
function videoModel(config: BunnyConfig, video: Video) {
  const seen = video.resolutions.length > 0
  return {
    videoLibraryId: Number(config.libraryId),
    guid: video.id,
    title: video.title,
    description: null,
    dateUploaded: new Date(video.uploadedAt).toISOString().slice(0, 23),
    views: 0,
    isPublic: false,
    length: video.length,
    status: video.status,
    framerate: seen ? 8 : 0,
    rotation: seen ? 0 : null,
    width: seen ? 640 : 0,
    height: seen ? 360 : 0,
    availableResolutions: seen ? video.resolutions.join(',') : null,
    outputCodecs: 'x264',
    thumbnailCount: seen ? Math.floor(video.length / 4) : 0,
    encodeProgress: video.encodeProgress,
    storageSize: video.storageSize,
    captions: video.captions.map(({ srclang, label }) => ({ srclang, label })),
    hasMP4Fallback: false,
    collectionId: video.collectionId,
    thumbnailFileName: 'thumbnail.jpg',
    averageWatchTime: 0,
    totalWatchTime: 0,
    category: seen ? 'unknown' : null,
    chapters: video.chapters,
    moments: video.moments,
    metaTags: video.metaTags,
    transcodingMessages:
      video.status === apiStatus.error
        ? [
            {
              timeStamp: new Date().toISOString(),
              level: 3,
              issueCode: 1,
              message: 'The file could not be read.',
              value: null,
            },
          ]
        : [],
  }
}

/** Checks the key: the library's key allows everything, its Read-Only key only reading. */
function keyDoor(config: BunnyConfig): MiddlewareHandler {
  return async (c, next) => {
    const given = c.req.header('accesskey')
    const reads = c.req.method === 'GET' && given === config.readOnlyKey
    if ((given !== config.accessKey && !reads) || c.req.param('lib') !== config.libraryId)
      return status(c, 401, sentences[401] ?? '')
    await next()
  }
}

async function readBody(c: Context): Promise<Record<string, unknown>> {
  const body = await c.req.json().catch(() => null)
  return body && typeof body === 'object' && !Array.isArray(body) ? body : {}
}

const titleOf = (body: Record<string, unknown>) =>
  typeof body.title === 'string' && body.title.trim() && body.title.length <= maxTitle ? body.title : null

function listVideos(world: World, c: Context): Response {
  const number = (name: string, standard: number) => {
    const value = Number(c.req.query(name) ?? standard)
    return Number.isInteger(value) && value > 0 ? value : standard
  }
  const [page, size] = [number('page', 1), Math.min(maxPage, number('itemsPerPage', 100))]
  const search = c.req.query('search')?.toLowerCase() ?? ''
  const collection = c.req.query('collection')
  const found = world.videos
    .all()
    .filter((video) => video.title.toLowerCase().includes(search))
    .filter((video) => !collection || video.collectionId === collection)
    .sort((a, b) => (c.req.query('orderBy') === 'title' ? a.title.localeCompare(b.title) : b.uploadedAt - a.uploadedAt))
  const items = found.slice((page - 1) * size, page * size).map((video) => videoModel(world.config, video))
  return c.json({ totalItems: found.length, currentPage: page, itemsPerPage: size, items })
}

async function putFile(encoder: Encoder, c: Context, video: Video): Promise<Response> {
  if (video.status !== apiStatus.created) return status(c, 400, 'The requested video was already uploaded.')
  const reader = createLengthReader()
  let bytes = 0
  const body = c.req.raw.body
  if (body)
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      reader.read(Buffer.from(chunk))
      bytes += chunk.byteLength
    }
  if (bytes === 0) return status(c, 400, 'The request body is empty.')
  encoder.start(video, reader.seconds(), bytes)
  return ok(c)
}

function mountCaptions(api: Hono, world: World): void {
  api.post('/:guid/captions/:srclang', async (c) => {
    const video = world.videos.get(c.req.param('guid'))
    if (!video) return noVideo(c)
    const srclang = c.req.param('srclang')
    const body = await readBody(c)
    const vtt = Buffer.from(String(body.captionsFile ?? ''), 'base64').toString('utf8')
    if (!/^[A-Za-z0-9-]{2,20}$/.test(srclang) || (body.srclang ?? srclang) !== srclang || vtt === '')
      return status(c, 400, 'Invalid captions')
    const label = typeof body.label === 'string' && body.label ? body.label : srclang
    const others = video.captions.filter((caption) => caption.srclang !== srclang)
    world.videos.put(Object.assign(video, { captions: [...others, { srclang, label, vtt }] }))
    return ok(c)
  })
  api.delete('/:guid/captions/:srclang', (c) => {
    const video = world.videos.get(c.req.param('guid'))
    const kept = video?.captions.filter((caption) => caption.srclang !== c.req.param('srclang'))
    if (!video || kept?.length === video.captions.length) return noVideo(c)
    world.videos.put(Object.assign(video, { captions: kept }))
    return ok(c)
  })
}

function mountPlayData(api: Hono, world: World): void {
  api.get('/:guid/play', (c) => {
    const video = world.videos.get(c.req.param('guid'))
    if (!video) return noVideo(c)
    const base = `${new URL(c.req.url).origin}/${video.id}`
    return c.json({
      video: videoModel(world.config, video),
      captionsPath: `${base}/captions/`,
      seekPath: `${base}/seek`,
      thumbnailUrl: `${base}/thumbnail.jpg`,
      fallbackUrl: null,
      videoPlaylistUrl: `${base}/playlist.m3u8`,
      originalUrl: null,
      previewUrl: null,
      controls: '',
      enableDRM: false,
      tokenAuthEnabled: true,
      enableMP4Fallback: false,
      playbackSpeeds: '',
    })
  })
}

/** `/library/{lib}/videos…`: list, create, read, change, delete, upload by PUT, captions, play data. */
export function mountApi(app: EmulatorApp, world: World, encoder: Encoder): void {
  const api = new Hono()
  api.get('/', (c) => listVideos(world, c))
  api.post('/', async (c) => {
    const body = await readBody(c)
    const title = titleOf(body)
    if (!title) return status(c, 400, 'The title is missing.')
    const video = newVideo(randomUUID(), title, Date.now())
    if (typeof body.collectionId === 'string') video.collectionId = body.collectionId
    return c.json(videoModel(world.config, world.videos.put(video)))
  })
  api.get('/:guid', (c) => {
    const video = world.videos.get(c.req.param('guid'))
    return video ? c.json(videoModel(world.config, video)) : noVideo(c)
  })
  api.post('/:guid', async (c) => {
    const video = world.videos.get(c.req.param('guid'))
    if (!video) return noVideo(c)
    const body = await readBody(c)
    if (body.title !== undefined && body.title !== null) {
      const title = titleOf(body)
      if (!title) return status(c, 400, 'The title is invalid.')
      video.title = title
    }
    if (typeof body.collectionId === 'string') video.collectionId = body.collectionId
    for (const field of ['chapters', 'moments', 'metaTags'] as const)
      if (Array.isArray(body[field])) video[field] = body[field]
    world.videos.put(video)
    return ok(c)
  })
  api.put('/:guid', async (c) => {
    const video = world.videos.get(c.req.param('guid'))
    return video ? putFile(encoder, c, video) : noVideo(c)
  })
  api.delete('/:guid', (c) => {
    const guid = c.req.param('guid')
    if (!world.videos.get(guid)) return noVideo(c)
    world.videos.remove(guid)
    world.deleted.put({ id: guid })
    for (const upload of world.uploads.all()) if (upload.guid === guid) world.uploads.remove(upload.id)
    return ok(c)
  })
  mountCaptions(api, world)
  mountPlayData(api, world)
  app.use('/library/:lib/*', keyDoor(world.config))
  app.route('/library/:lib/videos', api)
  app.all('/library/*', (c) => status(c, 404, 'Not emulated'))
}
