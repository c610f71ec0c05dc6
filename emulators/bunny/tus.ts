import { randomUUID } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { EmulatorApp } from '../kit/serve.ts'
import { status } from './api.ts'
import { createLengthReader, type Encoder, ring } from './encoding.ts'
import { uploadAllowed } from './sign.ts'
import { apiStatus, type Upload, type World, webhookStatus } from './types.ts'

type Http = Context<{ Bindings: HttpBindings }>

const version = '1.0.0'
const maxBytes = 20 * 1024 ** 3
const headersFromBrowsers =
  'authorizationsignature, authorizationexpire, libraryid, videoid, tus-resumable, upload-length, upload-offset, upload-metadata, content-type, x-requested-with, x-http-method-override, x-request-id'

/** Empty 2xx and 4xx of the TUS protocol. */
const answer = (c: Http, code: number, headers: Record<string, string> = {}) =>
  c.body(null, code as 200, { 'tus-resumable': version, ...headers })

/** Checked on every call, so a signature may expire during an upload: 401, and the client asks for a new one. */
function allowed(world: World, c: Http): boolean {
  const given = {
    signature: c.req.header('authorizationsignature') ?? '',
    expires: c.req.header('authorizationexpire') ?? '',
    libraryId: c.req.header('libraryid') ?? '',
    guid: c.req.header('videoid') ?? '',
  }
  return uploadAllowed(world.config, given, Math.floor(Date.now() / 1000))
}

const metadataNames = (c: Http) =>
  (c.req.header('upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(' ')[0])

function create(world: World, c: Http): Response {
  const guid = c.req.header('videoid') ?? ''
  const video = world.videos.get(guid)
  if (!video) return status(c, 404, 'Video not found')
  if (video.status !== apiStatus.created) return status(c, 400, 'The requested video was already uploaded.')
  const length = Number(c.req.header('upload-length') ?? Number.NaN)
  if (!Number.isInteger(length) || length < 1) return status(c, 400, 'Upload-Length is missing.')
  if (length > maxBytes) return answer(c, 413)
  for (const name of ['filetype', 'title'])
    if (!metadataNames(c).includes(name)) return status(c, 400, `Upload-Metadata lacks ${name}.`)
  for (const earlier of world.uploads.all()) if (earlier.guid === guid) world.uploads.remove(earlier.id)
  const upload = world.uploads.put({ id: randomUUID(), guid, length, offset: 0, seconds: null })
  ring(world, guid, webhookStatus.uploadStarted)
  return answer(c, 201, { location: `${new URL(c.req.url).origin}/tusupload/${upload.id}` })
}

/**
 * Counts the bytes that arrive and stores the count, so that a cut connection loses nothing. The bytes are not kept.
 */
async function receive(world: World, c: Http, upload: Upload): Promise<boolean> {
  const reader = createLengthReader()
  try {
    for await (const chunk of c.env.incoming as AsyncIterable<Buffer>) {
      if (world.uploads.get(upload.id) !== upload || upload.offset + chunk.length > upload.length) return false
      reader.read(chunk)
      upload.offset += chunk.length
      upload.seconds ??= reader.seconds()
      world.uploads.put(upload)
    }
    return true
  } catch {
    return false // the client went away
  }
}

async function append(world: World, encoder: Encoder, c: Http, upload: Upload): Promise<Response> {
  if (c.req.header('content-type') !== 'application/offset+octet-stream') return answer(c, 415)
  if (Number(c.req.header('upload-offset') ?? Number.NaN) !== upload.offset) return answer(c, 409)
  if (!(await receive(world, c, upload))) return answer(c, 400)
  const video = world.videos.get(upload.guid)
  if (video && upload.offset === upload.length && video.status === apiStatus.created) {
    ring(world, video.id, webhookStatus.uploadFinished)
    encoder.start(video, upload.seconds, upload.length)
  }
  return answer(c, 204, { 'upload-offset': String(upload.offset) })
}

/** TUS 1.0.0 at `/tusupload`: create, ask for the offset, append, end. */
export function mountTus(app: EmulatorApp, world: World, encoder: Encoder): void {
  app.options('/tusupload/*', (c) =>
    answer(c, 204, {
      'access-control-allow-methods': 'POST, HEAD, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': headersFromBrowsers,
      'access-control-max-age': '600',
      'tus-version': version,
      'tus-extension': 'creation,termination',
      'tus-max-size': String(maxBytes),
    }),
  )
  app.use('/tusupload/*', async (c, next) => {
    if (c.req.header('tus-resumable') !== version) return answer(c, 412, { 'tus-version': version })
    if (!allowed(world, c)) return status(c, 401, 'The signature is wrong or expired.')
    await next()
  })
  app.post('/tusupload', (c) => create(world, c))
  const find = (c: Http) => {
    const upload = world.uploads.get(c.req.param('id') ?? '')
    return upload?.guid === c.req.header('videoid') ? upload : undefined
  }
  app.on(['HEAD', 'GET'], '/tusupload/:id', (c) => {
    const upload = find(c)
    if (!upload) return answer(c, 404)
    return answer(c, 200, {
      'upload-offset': String(upload.offset),
      'upload-length': String(upload.length),
      'cache-control': 'no-store',
    })
  })
  app.patch('/tusupload/:id', async (c) => {
    const upload = find(c)
    return upload ? append(world, encoder, c, upload) : answer(c, 404)
  })
  app.delete('/tusupload/:id', (c) => {
    const upload = find(c)
    if (upload) world.uploads.remove(upload.id)
    return answer(c, upload ? 204 : 404)
  })
}
