import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as tus from 'tus-js-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type BunnyConfig, type BunnyEmulator, startBunny } from '#emulators/bunny.ts'

const keys = { libraryId: '700700', accessKey: 'access-key', readOnlyKey: 'read-only-key', tokenKey: 'token-key' }
const guid = 'eb1c4f77-0cda-46be-b47d-1118ad7c2ffe'
const dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-bunny-'))
const received: { headers: http.IncomingHttpHeaders; body: string }[] = []
const shop = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.end()
  })
})
let config: BunnyConfig
let emulator: BunnyEmulator

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as { port: number }
  const webhookUrl = `http://127.0.0.1:${port}/api/webhook/bunny`
  config = { port: 0, ...keys, webhookUrl, videos: [{ guid, title: 'Der Wochenplan', length: 247 }], stepMs: 30 }
  emulator = await startBunny(config, dataDir)
})
afterEach(async () => {
  await fetch(`${emulator.url}/_reset`, { method: 'POST' })
  received.length = 0
})
afterAll(async () => {
  await emulator.close()
  shop.close()
  rmSync(dataDir, { recursive: true })
})

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
const api = (where: string, init: RequestInit & { key?: string } = {}) =>
  fetch(`${emulator.url}/library/${keys.libraryId}/videos${where}`, {
    ...init,
    headers: { AccessKey: init.key ?? keys.accessKey, ...init.headers },
  })
const post = (where: string, body: object) => api(where, { method: 'POST', body: JSON.stringify(body) })
const create = async (title = 'Neu') => (await (await post('', { title })).json()).guid as string
const fault = (input: object) => fetch(`${emulator.url}/_faults`, { method: 'POST', body: JSON.stringify(input) })

function base(video = guid, expires = inSeconds(300), key = keys.tokenKey): string {
  const directory = `/${video}/`
  const token = createHmac('sha256', key).update(`${directory}${expires}token_path=${directory}`).digest('base64url')
  return `${emulator.url}/bcdn_token=HS256-${token}&token_path=%2F${video}%2F&expires=${expires}${directory}`
}

async function until(check: () => boolean | Promise<boolean>, ms = 5000) {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Not within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const statusOf = async (video: string) => (await (await api(`/${video}`)).json()).status as number
const rung = () => received.map((delivery) => JSON.parse(delivery.body).Status as number)

test('videos are listed, created, changed and deleted; keys decide', async () => {
  const list = await (await api('?page=1&itemsPerPage=10&orderBy=date')).json()
  expect(list).toMatchObject({ totalItems: 1, currentPage: 1, items: [{ guid, length: 247, status: 4 }] })
  const added = await create('Zweites')
  expect(await statusOf(added)).toBe(0)
  expect((await post(`/${added}`, { title: 'Umbenannt' })).status).toBe(200)
  expect((await (await api('?search=umben')).json()).items).toMatchObject([{ guid: added, title: 'Umbenannt' }])
  expect((await api(`/${added}`, { key: keys.readOnlyKey })).status).toBe(200)
  expect((await api(`/${added}`, { key: keys.readOnlyKey, method: 'DELETE' })).status).toBe(401)
  const refused = await api(`/${added}`, { key: 'wrong' })
  expect([refused.status, (await refused.json()).success]).toEqual([401, false])
  expect((await api(`/${added}`, { method: 'DELETE' })).status).toBe(200)
  const gone = await api(`/${added}`)
  expect([gone.status, await gone.json()]).toEqual([
    404,
    { success: false, message: 'Video not found', statusCode: 404 },
  ])
  const other = await fetch(`${emulator.url}/library/1/videos`, { headers: { AccessKey: keys.accessKey } })
  expect(other.status).toBe(401)
})

test('an upload by PUT is encoded step by step, with signed events in Bunny’s other numbers', async () => {
  const video = await create()
  expect((await api(`/${video}`, { method: 'PUT', body: new Uint8Array(5000) })).status).toBe(200)
  expect((await api(`/${video}`, { method: 'PUT', body: new Uint8Array(5000) })).status).toBe(400)
  await until(async () => (await statusOf(video)) === 4)
  await until(() => rung().length === 6)
  // Each rings by itself, so two may pass each other on the way.
  expect(rung().toSorted()).toEqual([0, 1, 2, 3, 4, 4])
  const { headers, body } = received.find((delivery) => JSON.parse(delivery.body).Status === 0)!
  expect(JSON.parse(body)).toEqual({ VideoLibraryId: 700700, VideoGuid: video, Status: 0 })
  expect(headers['x-bunnystream-signature']).toBe(createHmac('sha256', keys.readOnlyKey).update(body).digest('hex'))
  const model = await (await api(`/${video}`)).json()
  expect(model).toMatchObject({ availableResolutions: '240p,360p', encodeProgress: 100, length: 120 })
})

test('a broken file ends as an error', async () => {
  const video = await create('Kaputt')
  await api(`/${video}`, { method: 'PUT', body: new Uint8Array(10) })
  await until(async () => (await statusOf(video)) === 5)
  await until(() => rung().includes(5))
})

const uploadHeaders = (video: string, expires = inSeconds(600)) => ({
  AuthorizationSignature: createHash('sha256')
    .update(`${keys.libraryId}${keys.accessKey}${expires}${video}`)
    .digest('hex'),
  AuthorizationExpire: String(expires),
  LibraryId: keys.libraryId,
  VideoId: video,
})

function uploadByTus(video: string, bytes: Buffer, change: Partial<tus.UploadOptions> = {}) {
  return new Promise<void>((resolve, reject) => {
    new tus.Upload(bytes as never, {
      endpoint: `${emulator.url}/tusupload`,
      retryDelays: [10, 20, 40],
      chunkSize: 40_000,
      metadata: { filetype: 'video/mp4', title: 'Neu' },
      headers: uploadHeaders(video),
      onSuccess: () => resolve(),
      onError: reject,
      ...change,
    }).start()
  })
}

test('tus-js-client uploads in pieces and goes on after a torn connection', async () => {
  const video = await create()
  await fault({ kind: 'reset', when: 'after', match: 'PATCH /tusupload/*', times: 1 })
  const offsets: number[] = []
  await uploadByTus(video, Buffer.alloc(150_000), { onChunkComplete: (_size, accepted) => offsets.push(accepted) })
  expect(offsets).toEqual([80_000, 120_000, 150_000])
  await until(() => rung().includes(3))
  expect(rung().slice(0, 2)).toEqual([6, 7])
  expect((await (await api(`/${video}`)).json()).storageSize).toBe(150_000)
})

test('TUS: forged, expired, wrong offset, unknown video', async () => {
  const video = await create()
  const begin = (headers: Record<string, string>) =>
    fetch(`${emulator.url}/tusupload`, {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '10',
        'upload-metadata': 'filetype YQ==,title YQ==',
        ...headers,
      },
    })
  expect((await begin({ ...uploadHeaders(video), VideoId: guid })).status).toBe(401)
  expect((await begin(uploadHeaders(video, inSeconds(-1)))).status).toBe(401)
  expect((await begin({ ...uploadHeaders(video), 'tus-resumable': '0.2.2' })).status).toBe(412)
  expect((await begin(uploadHeaders(guid))).status).toBe(400)
  const unknown = '00000000-0000-4000-8000-000000000000'
  expect((await begin(uploadHeaders(unknown))).status).toBe(404)
  const begun = await begin(uploadHeaders(video, inSeconds(1)))
  const place = begun.headers.get('location') ?? ''
  const patch = (offset: number, headers: Record<string, string>) =>
    fetch(place, {
      method: 'PATCH',
      body: new Uint8Array(5),
      headers: {
        'tus-resumable': '1.0.0',
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
        ...headers,
      },
    })
  expect((await patch(0, uploadHeaders(video))).headers.get('upload-offset')).toBe('5')
  expect((await patch(0, uploadHeaders(video))).status).toBe(409)
  const head = await fetch(place, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0', ...uploadHeaders(video) } })
  expect(head.headers.get('upload-offset')).toBe('5')
  expect((await patch(5, uploadHeaders(video, inSeconds(-1)))).status).toBe(401)
  expect((await patch(5, uploadHeaders(video))).status).toBe(204)
})

test('the playlist inherits the token and ends at the film’s own length', async () => {
  const master = await fetch(`${base()}playlist.m3u8`, { headers: { origin: 'http://127.0.0.1:3000' } })
  expect(master.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
  expect(master.headers.get('access-control-allow-origin')).toBe('*')
  const text = await master.text()
  const lists = text.split('\n').filter((line) => line && !line.startsWith('#'))
  expect(lists).toEqual(['360p/video.m3u8', '240p/video.m3u8'])
  expect(text).toMatch(/RESOLUTION=640x360,CODECS="avc1\.4d[0-9a-f]{4},mp4a\.40\.2"/)
  for (const list of lists) {
    const media = await (await fetch(new URL(list, master.url))).text()
    const durations = [...media.matchAll(/EXTINF:([\d.]+)/g)].map((hit) => Number(hit[1]))
    expect(durations.reduce((sum, seconds) => sum + seconds, 0)).toBe(247)
    expect([durations.length, durations.at(-1), media.includes('#EXT-X-ENDLIST')]).toEqual([62, 3, true])
  }
  const last = await fetch(`${base()}360p/video61.m4s`)
  expect([last.status, last.headers.get('content-type')]).toEqual([200, 'video/iso.segment'])
  const bytes = Buffer.from(await last.arrayBuffer())
  expect(bytes.toString('latin1').split('moof').length - 1).toBe(3) // one fragment a second
  expect((await fetch(`${base()}360p/video62.m4s`)).status).toBe(404)
  expect((await fetch(`${base()}720p/video0.m4s`)).status).toBe(404)
  expect((await fetch(`${base()}360p/init.mp4`)).headers.get('content-type')).toBe('video/mp4')
})

test('segments are served in ranges', async () => {
  const place = `${base()}240p/video0.m4s`
  const whole = Buffer.from(await (await fetch(place)).arrayBuffer())
  const part = await fetch(place, { headers: { range: 'bytes=10-19' } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${whole.length}`])
  expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20))
  expect(Buffer.from(await (await fetch(place, { headers: { range: 'bytes=-5' } })).arrayBuffer())).toEqual(
    whole.subarray(-5),
  )
  expect((await fetch(place, { headers: { range: `bytes=${whole.length}-` } })).status).toBe(416)
  const head = await fetch(place, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(whole.length))
})

test('no token, a wrong one, an expired one: 403; „Signatur läuft ab“ ends those in use', async () => {
  const status = async (url: string) => (await fetch(url)).status
  expect(await status(`${emulator.url}/${guid}/playlist.m3u8`)).toBe(403)
  expect(await status(`${base(guid, inSeconds(300), 'another key')}playlist.m3u8`)).toBe(403)
  expect(await status(`${base(guid, inSeconds(-1))}playlist.m3u8`)).toBe(403)
  expect(await status(`${base(guid, Date.now() + 300_000)}playlist.m3u8`)).toBe(403) // milliseconds
  expect(await status(`${base(guid.toUpperCase())}playlist.m3u8`)).toBe(404)
  const inUse = `${base(guid, inSeconds(300))}playlist.m3u8`
  expect(await status(inUse)).toBe(200)
  await fetch(`${emulator.url}/videos/${guid}/ablaufen`, { method: 'POST', redirect: 'manual' })
  expect(await status(inUse)).toBe(403)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await status(`${base(guid, inSeconds(301))}playlist.m3u8`)).toBe(200)
})

test('captions, poster and play data', async () => {
  const vtt = 'WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag\n'
  const caption = { srclang: 'de', label: 'Deutsch', captionsFile: Buffer.from(vtt).toString('base64') }
  expect((await post(`/${guid}/captions/de`, caption)).status).toBe(200)
  expect((await post(`/${guid}/captions/de`, { srclang: 'de' })).status).toBe(400)
  const model = await (await api(`/${guid}`)).json()
  expect(model.captions).toEqual([{ srclang: 'de', label: 'Deutsch' }])
  expect(await (await fetch(`${base()}captions/de.vtt`)).text()).toBe(vtt)
  expect((await fetch(`${base()}${model.thumbnailFileName}`)).headers.get('content-type')).toBe('image/jpeg')
  const play = await (await api(`/${guid}/play`)).json()
  expect(play.videoPlaylistUrl).toBe(`${emulator.url}/${guid}/playlist.m3u8`)
  expect((await api(`/${guid}/captions/de`, { method: 'DELETE' })).status).toBe(200)
  expect((await fetch(`${base()}captions/de.vtt`)).status).toBe(404)
})

test('faults: 429 with Retry-After, an HTML page, a cut body', async () => {
  await fault({ kind: 'status', status: 429, retryAfter: 2, match: '/library/*', times: 1 })
  const limited = await api('')
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2'])
  await fault({ kind: 'status', status: 502, code: 'html', times: 1 })
  expect(await (await api('')).text()).toContain('<html>')
  await fault({ kind: 'cut', times: 1 })
  await expect(api('').then((answer) => answer.json())).rejects.toThrow()
  expect((await api('')).status).toBe(200)
})

test('videos, a half upload and the encoding survive a restart; what was deleted stays away', async () => {
  const uploading = await create('Halb')
  const controller = new Promise<void>((resolve) => {
    const upload = new tus.Upload(Buffer.alloc(120_000) as never, {
      endpoint: `${emulator.url}/tusupload`,
      chunkSize: 40_000,
      metadata: { filetype: 'video/mp4', title: 'Halb' },
      headers: uploadHeaders(uploading),
      onChunkComplete: () => void upload.abort().then(() => resolve()),
    })
    upload.start()
  })
  await controller
  await api(`/${guid}`, { method: 'DELETE' })
  await emulator.close()
  emulator = await startBunny(config, dataDir)
  const { videos, uploads } = await (await fetch(`${emulator.url}/_state`)).json()
  expect(videos.map((video: { id: string }) => video.id)).toEqual([uploading])
  expect(uploads).toMatchObject([{ guid: uploading, offset: 40_000, length: 120_000 }])
  await uploadByTus(uploading, Buffer.alloc(120_000), { uploadUrl: `${emulator.url}/tusupload/${uploads[0].id}` })
  await until(async () => (await statusOf(uploading)) === 4)
  await fetch(`${emulator.url}/_reset`, { method: 'POST' })
  expect(await statusOf(guid)).toBe(4)
})

test('the page lists the videos in German', async () => {
  const list = await (await fetch(`${emulator.url}/videos`)).text()
  expect(list).toContain('Der Wochenplan')
  expect(list).toContain('fertig')
  const one = await (await fetch(`${emulator.url}/videos/${guid}`)).text()
  const shown = /<pre>(http[^<]+)<\/pre>/.exec(one)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect((await fetch(shown)).status).toBe(200)
})
