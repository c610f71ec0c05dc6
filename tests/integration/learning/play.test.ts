import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { playLesson } from '#domain/learning/playLesson.ts'
import { readCaptions } from '#domain/learning/readCaptions.ts'
import { assignVideo } from '#domain/video/assignVideo.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { syncVideo } from '#domain/video/syncVideo.ts'
import type { Lesson } from '#ports'
import { copyDatabase, type TestDatabase } from '../../kit/database.ts'
import { codeOf, type LearningWorld, openLearning } from '../../kit/learning.ts'

let database: TestDatabase
let world: LearningWorld
let lessons: Lesson[]

beforeAll(async () => {
  database = await copyDatabase(inject('postgresUrl'))
  world = await openLearning(database.url)
  lessons = world.ctx.content.course().lessons
})
afterAll(async () => {
  await world?.close()
  await database?.drop()
})

const paid = () => lessons.find((lesson) => !lesson.free)!
const free = () => lessons.find((lesson) => lesson.free)!

test('a paid lesson plays for its owner: playlist and a segment come with one signature', async () => {
  const viewer = await world.learner()
  const { playlistUrl, expiresAt, resumeAt } = await playLesson(world.ctx, { lessonId: paid().id, viewer })
  expect(resumeAt).toBe(0)
  expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(290_000)
  const master = await fetch(playlistUrl)
  expect(master.status).toBe(200)
  const variant = (await master.text()).split('\n').find((line) => line.endsWith('.m3u8'))!
  const variantUrl = new URL(variant, playlistUrl).toString()
  const playlist = await (await fetch(variantUrl)).text()
  const segment = playlist.split('\n').find((line) => line !== '' && !line.startsWith('#'))!
  expect((await fetch(new URL(segment, variantUrl))).status).toBe(200)
})

test('the signature is for this film and this time only', async () => {
  const { playlistUrl } = await playLesson(world.ctx, { lessonId: free().id, viewer: null })
  const { pathname } = new URL(playlistUrl)
  expect((await fetch(`${world.bunnyUrl}/${pathname.split('/').slice(2).join('/')}`)).status).toBe(403)
  const other = playlistUrl.replaceAll(free().videoGuid!, paid().videoGuid!)
  expect((await fetch(other)).status).toBe(403)
  world.pass(-3_600_000)
  const old = await playLesson(world.ctx, { lessonId: free().id, viewer: null })
  world.pass(3_600_000)
  expect((await fetch(old.playlistUrl)).status).toBe(403)
})

test('who may not watch gets neither film nor captions', async () => {
  const stranger = await world.learner({ course: false })
  for (const [viewer, code] of [
    [null, 'unauthenticated'],
    [stranger, 'no_grant'],
  ] as const) {
    expect(await codeOf(playLesson(world.ctx, { lessonId: paid().id, viewer }))).toBe(code)
    expect(await codeOf(readCaptions(world.ctx, { lessonId: paid().id, viewer }))).toBe(code)
  }
  expect(await codeOf(playLesson(world.ctx, { lessonId: 'nirgends', viewer: null }))).toBe('not_found')
})

test('captions of a free lesson are WebVTT', async () => {
  const lesson = lessons.find((one) => one.free && one.hasCaptions)!
  expect(await readCaptions(world.ctx, { lessonId: lesson.id, viewer: null })).toMatch(/^WEBVTT/)
  expect((await playLesson(world.ctx, { lessonId: lesson.id, viewer: null })).captions).toBe(
    `/api/lessons/${lesson.id}/captions`,
  )
})

test('an assigned film replaces the one of the file; an unknown one is refused', async () => {
  const [target, source] = [lessons[10]!, lessons[11]!]
  await assignVideo(world.ctx, { lessonId: target.id, guid: source.videoGuid! })
  expect((await filmsOfLessons(world.ctx))(target)).toMatchObject({
    guid: source.videoGuid,
    source: 'row',
    length: source.durationSeconds,
  })
  expect(await codeOf(assignVideo(world.ctx, { lessonId: target.id, guid: 'no-such-film' }))).toBe('not_found')
})

test('a film that Bunny lost is not offered', async () => {
  const lesson = lessons[20]!
  await syncVideo(world.ctx)
  expect((await filmsOfLessons(world.ctx))(lesson)).toMatchObject({ playable: true, length: lesson.durationSeconds })
  await world.ctx.videos.deleteVideo(lesson.videoGuid!)
  await syncVideo(world.ctx, lesson.videoGuid!)
  const viewer = await world.learner()
  expect(await codeOf(playLesson(world.ctx, { lessonId: lesson.id, viewer }))).toBe('videos_unavailable')
})
