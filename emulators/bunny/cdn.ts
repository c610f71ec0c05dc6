import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { masterPlaylist, mediaPlaylist, segment } from './film.ts'
import { etagOf, type Ranged, ranged } from './ranges.ts'
import { readTokenedPath, tokenFault } from './sign.ts'
import type { Video, World } from './types.ts'

type Http = Context<{ Bindings: HttpBindings }>

/** Most tokens whose first use is remembered; the oldest are forgotten. */
const maxTokens = 20_000

const types = {
  playlist: 'application/vnd.apple.mpegurl',
  init: 'video/mp4',
  segment: 'video/iso.segment',
  captions: 'text/vtt; charset=utf-8',
  poster: 'image/jpeg',
}

/** The content of `file` below the film's folder; null without one. */
function fileOf(world: World, video: Video, file: string): Ranged | null {
  const text = (content: string, type: string) => ({ bytes: Buffer.from(content), type })
  if (file === 'thumbnail.jpg') return { bytes: world.film.poster, type: types.poster }
  const caption = /^captions\/([A-Za-z0-9-]+)\.vtt$/.exec(file)
  if (caption) {
    const found = video.captions.find(({ srclang }) => srclang === caption[1])
    return found ? text(found.vtt, types.captions) : null
  }
  if (video.resolutions.length === 0) return null
  const length = Math.min(video.length, world.film.length)
  if (file === 'playlist.m3u8') return text(masterPlaylist(world.film, video.resolutions), types.playlist)
  const [folder = '', name = ''] = file.split('/')
  const quality = world.film.qualities.find((item) => item.name === folder && video.resolutions.includes(folder))
  if (!quality) return null
  if (name === 'video.m3u8') return text(mediaPlaylist(length), types.playlist)
  if (name === 'init.mp4') return { bytes: quality.init, type: types.init }
  const index = /^video(\d{1,4})\.m4s$/.exec(name)
  const bytes = index && segment(quality, length, Number(index[1]))
  return bytes ? { bytes, type: types.segment } : null
}

const forbidden = (c: Http, why: string) => {
  c.header('x-note', `403 ${why}`)
  return c.html('<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>', 403)
}

/**
 * The pull zone: `/bcdn_token=…&token_path=…&expires=…/{guid}/playlist.m3u8` and all below, or the token as query. 403
 * for a missing, wrong or expired token, with ranges, `ETag`, and CORS for every origin.
 */
export function createCdn(world: World): (c: Http) => Response | Promise<Response> {
  const firstSeen = new Map<string, number>()
  const note = (token: string, now: number) => {
    const seen = firstSeen.get(token)
    if (seen !== undefined) return seen
    if (firstSeen.size >= maxTokens) firstSeen.delete(firstSeen.keys().next().value as string)
    firstSeen.set(token, now)
    return now
  }
  return (c) => {
    const url = new URL(c.req.url)
    const path = readTokenedPath(url.pathname, url.search)
    if (!path) return c.text('Bad Request', 400)
    const now = Date.now()
    const fault = tokenFault(path, world.config.tokenKey, Math.floor(now / 1000))
    if (fault) return forbidden(c, fault)
    const [, guid = '', file = ''] = /^\/([^/]+)\/(.+)$/.exec(path.pathname) ?? []
    const video = world.videos.get(guid)
    const seen = note(path.token ?? '', now)
    if (video?.tokensExpiredAt && seen < video.tokensExpiredAt) return forbidden(c, 'expired by hand')
    const found = video && fileOf(world, video, file)
    if (!found) return c.text('404 Not Found', 404)
    const fixed = found.type === types.segment || found.type === types.init
    c.header('cache-control', fixed ? 'public, max-age=2592000' : 'no-cache')
    c.header('etag', etagOf(found.bytes))
    return ranged(c, found)
  }
}
