import { afterAll, beforeAll, expect, test } from 'vitest'
import { playbackRate } from '#domain/learning/settings/playbackRate.ts'
import { playerSettings } from '#domain/learning/settings/playerSettings.ts'
import { defaultSettings } from '#domain/learning/settings/rules.ts'
import { saveSettings } from '#domain/learning/settings/store.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { openWorld, type World } from '../../kit/world.ts'

let world: World
let learner: Person

beforeAll(async () => {
  world = await openWorld({ parts: ['web'], ownPostgres: true })
  learner = await personIn(world, 'einstellerin@example.de', { course: true })
})
afterAll(() => world?.close())

const send = (method: 'GET' | 'PUT', body?: unknown, cookie = learner.browser.cookies.get('session')) =>
  fetch(`${world.url}/api/settings`, {
    method,
    headers: {
      'content-type': 'application/json',
      origin: world.url,
      ...(cookie && { cookie: `session=${cookie}` }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
const read = async () => ((await (await send('GET')).json()) as { player: unknown }).player
const rows = () => world.database.query('select player, release_mails from learner_setting order by person_id')

test('nothing chosen yet: the defaults, and no row', async () => {
  expect(await read()).toEqual(defaultSettings)
  expect(await playbackRate(world.ctx, learner.personId)).toBe(1)
  expect(await rows()).toEqual([])
})

test('a change keeps the others, whoever changed them', async () => {
  expect(await (await send('PUT', { player: { rate: 1.5 } })).json()).toEqual({
    player: { ...defaultSettings, rate: 1.5 },
  })
  await send('PUT', { player: { captions: true, captionSize: 'large' } })
  await saveSettings(world.ctx.db, learner.personId, { releaseMails: false }, new Date())
  await send('PUT', { player: { quality: 'saver' } })
  expect(await read()).toEqual({
    ...defaultSettings,
    rate: 1.5,
    captions: true,
    captionSize: 'large',
    quality: 'saver',
  })
  expect(await playbackRate(world.ctx, learner.personId)).toBe(1.5)
  expect(await rows()).toMatchObject([{ release_mails: false }])
})

test('what is no setting is refused with a sentence, and nothing changes', async () => {
  const before = await rows()
  for (const body of [
    { player: { rate: 3 } },
    { player: { rate: 1.1 } },
    { player: { rate: '1.5' } },
    { player: { volume: -0.1 } },
    { player: { volume: 1e9 } },
    { player: { captionSize: '<b>' } },
    { player: { quality: 'best' } },
    { player: { quality: 1.5 } },
    { player: { quality: 99_999 } },
    { player: { autoplay: 'ja' } },
    { player: { rate: 1.25, admin: true } },
    { player: { rate: 1.25 }, releaseMails: 'x' },
    { player: null },
    { player: [] },
    {},
    null,
    [],
    'rate',
  ]) {
    const answer = await send('PUT', body)
    expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), 400])
    const { error } = (await answer.json()) as { error: { code: string; message: string } }
    expect(error.message).toMatch(/^[A-ZÄÖÜ].*\.$/)
  }
  expect(await rows()).toEqual(before)
})

test('without a session there is nothing to read or to change', async () => {
  const before = await rows()
  expect((await send('GET', undefined, '')).status).toBe(401)
  expect((await send('PUT', { player: { rate: 2 } }, 'gefaelscht')).status).toBe(401)
  expect(await rows()).toEqual(before)
})

test('an old or broken row is read as far as it is known', async () => {
  await world.database.query(`update learner_setting set player = '{"rate": 9, "captions": true, "quality": {"a": 1}}'`)
  expect(await read()).toEqual({ ...defaultSettings, captions: true })
  await send('PUT', { player: { rate: 2 } })
  expect(await read()).toEqual({ ...defaultSettings, captions: true, rate: 2 })
})

test('without a database the answer is 503, and the page leaves the choice to the browser', async () => {
  const viewer = { personId: learner.personId, degraded: false } as Parameters<typeof playerSettings>[1]
  expect(await playerSettings(world.ctx, viewer)).toEqual({ captions: true, rate: 2 })
  await world.postgres?.stop()
  expect((await send('PUT', { player: { rate: 1 } })).status).toBe(503)
  expect(await playerSettings(world.ctx, viewer)).toBeNull()
  expect(await playerSettings(world.ctx, null)).toBeNull()
})
