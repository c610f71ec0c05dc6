import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { playLesson } from '#domain/learning/playLesson.ts'
import { createVideo } from '#domain/video/createVideo.ts'
import { deleteVideo } from '#domain/video/deleteVideo.ts'
import { getVideo } from '#domain/video/getVideo.ts'
import { handleBunnyEvent } from '#domain/video/handleBunnyEvent.ts'
import { listVideos } from '#domain/video/listVideos.ts'
import { tellMissed } from '#domain/video/missedDeliveries.ts'
import { receiveBunnyEvent } from '#domain/video/receiveBunnyEvent.ts'
import { readVideos } from '#domain/video/store.ts'
import { syncVideo } from '#domain/video/syncVideo.ts'
import { updateVideo } from '#domain/video/updateVideo.ts'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'
import { bunnyKeys, codeOf, type LearningWorld, openLearning } from '../../kit/learning.ts'

let database: TestDatabase
let world: LearningWorld

beforeAll(async () => {
  database = await copyDatabase(inject('postgresUrl'))
  world = await openLearning(database.url)
})
afterEach(() => fetch(`${world.bunnyUrl}/_faults`, { method: 'DELETE' }))
afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const fault = (input: object) => fetch(`${world.bunnyUrl}/_faults`, { method: 'POST', body: JSON.stringify(input) })

function delivery(guid: string, status = 3, key = bunnyKeys.readOnlyKey): [raw: Buffer, headers: Headers] {
  const raw = Buffer.from(
    JSON.stringify({ VideoLibraryId: Number(bunnyKeys.libraryId), VideoGuid: guid, Status: status }),
  )
  const headers = new Headers({
    'x-bunnystream-signature-version': 'v1',
    'x-bunnystream-signature-algorithm': 'hmac-sha256',
    'x-bunnystream-signature': createHmac('sha256', key).update(raw).digest('hex'),
  })
  return [raw, headers]
}

test('a sync stores every film, and the list names their lessons', async () => {
  expect(await syncVideo(world.ctx)).toEqual({ synced: 75 })
  const { total, videos } = await listVideos(world.ctx, { perPage: 200 })
  expect(total).toBe(75)
  expect(videos.every((video) => video.lessons.length === 1 && video.state === 'fertig')).toBe(true)
})

test('a film is created with a signed upload, renamed, and deleted', async () => {
  const { video, upload } = await createVideo(world.ctx, { title: 'Neue Lektion' })
  const opened = await fetch(upload.endpoint, {
    method: 'POST',
    headers: {
      ...upload.headers,
      'tus-resumable': '1.0.0',
      'upload-length': '10',
      'upload-metadata': `filetype ${btoa('video/mp4')},title ${btoa('x')}`,
    },
  })
  expect(opened.status).toBe(201)
  await updateVideo(world.ctx, { guid: video.guid, title: 'Neuer Name' })
  expect((await getVideo(world.ctx, video.guid)).title).toBe('Neuer Name')
  await deleteVideo(world.ctx, video.guid)
  expect(await codeOf(getVideo(world.ctx, video.guid))).toBe('not_found')
  const shown = world.ctx.content.course().lessons[0]!.videoGuid!
  expect(await codeOf(deleteVideo(world.ctx, shown))).toBe('conflict')
})

test('ten copies of a delivery are one event; working it stores what Bunny says, not its number', async () => {
  const { video } = await createVideo(world.ctx, { title: 'Glocke' })
  const verdicts = await Promise.all(
    Array.from({ length: 10 }, () => receiveBunnyEvent(world.ctx, ...delivery(video.guid))),
  )
  expect(verdicts.filter((verdict) => verdict === 'new')).toHaveLength(1)
  const [event] = await world.ctx.inbox.list({ source: 'bunny', open: true, limit: 10 })
  expect(event?.objectId).toBe(video.guid)
  await handleBunnyEvent(world.ctx, event!.id)
  expect((await getVideo(world.ctx, video.guid)).status).toBe(video.status)
  expect(await world.ctx.inbox.list({ source: 'bunny', open: true, limit: 10 })).toEqual([])
})

test('a film that is finished without a word rings the alarm at the second look, until a delivery comes', async () => {
  const ctx = { ...world.ctx, settings: { ...world.ctx.settings, filmEvents: true } }
  const { video } = await createVideo(ctx, { title: 'Stumm' })
  const { video: other } = await createVideo(ctx, { title: 'Gemeldet' })
  const open = async () => (await ctx.alarms.open(ctx.db)).map(({ cause }) => cause)
  const rowsAt = async (status: number) => {
    const rows = await readVideos(ctx.db, [video.guid, other.guid])
    return rows.map((row) => ({ ...row, status }))
  }
  const [making, done] = [await rowsAt(3), await rowsAt(4)]
  await receiveBunnyEvent(ctx, ...delivery(other.guid))
  const silent = (rows: typeof done) => rows.filter(({ guid }) => guid === video.guid)
  await tellMissed(ctx, silent(making), silent(done))
  expect(await open()).not.toContain('webhook_missing_bunny')
  await tellMissed(ctx, done, silent(done))
  expect(await open()).toContain('webhook_missing_bunny')
  // Silence ends nothing, nor does what came before.
  await syncVideo(ctx)
  expect(await open()).toContain('webhook_missing_bunny')
  // As on every day: it was worked long before the next look, which finds nothing that became final.
  await receiveBunnyEvent(ctx, ...delivery(other.guid, 2))
  const [event] = await ctx.inbox.list({ source: 'bunny', objectIds: [other.guid], open: true, limit: 1 })
  await handleBunnyEvent(ctx, event!.id)
  await syncVideo(ctx)
  expect(await open()).not.toContain('webhook_missing_bunny')
})

test('a delivery with a foreign signature is not stored', async () => {
  expect(await codeOf(receiveBunnyEvent(world.ctx, ...delivery('x', 3, 'another key')))).toBe('signature_invalid')
  const [, headers] = delivery('x')
  expect(await codeOf(receiveBunnyEvent(world.ctx, Buffer.from('{}'), headers))).toBe('signature_invalid')
})

test('with Bunny’s API down films still play and lists still show', async () => {
  await fault({ kind: 'status', status: 502, code: 'html', match: '/library/*' })
  const viewer = await world.learner()
  const lesson = world.ctx.content.course().lessons[40]!
  const { playlistUrl } = await playLesson(world.ctx, { lessonId: lesson.id, viewer })
  expect((await fetch(playlistUrl)).status).toBe(200)
  expect((await listVideos(world.ctx)).total).toBeGreaterThanOrEqual(75)
  expect(await codeOf(syncVideo(world.ctx, lesson.videoGuid!))).toMatch(/bad_answer|circuit_open/)
})
