import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Disk, indexedDisk, patient, type Row } from './disk.ts'
import { createQueue } from './queue.ts'
import { createSender, NotNow } from './sender.ts'

const ANNA = 'anna'
const row = (key: string, version = 1, at = version): Row<string> => ({
  ...{ learnerId: ANNA, key, version, at },
  value: `${key}${version}`,
})
const values = (rows: Row<string>[]) => rows.map(({ value }) => value)

/** A device as several pages share it. */
function healthy(): Disk {
  const rows = new Map<string, Row>()
  const nameOf = (kind: string, { learnerId, key }: Row) => `${kind} ${learnerId} ${key}`
  return {
    put: async (kind, one) => void rows.set(nameOf(kind, one), one),
    read: async (kind, learnerId) =>
      [...rows].filter(([name]) => name.startsWith(`${kind} ${learnerId} `)).map(([, one]) => one),
    async drop(kind, one) {
      if ((rows.get(nameOf(kind, one))?.version ?? Number.POSITIVE_INFINITY) <= one.version)
        rows.delete(nameOf(kind, one))
    },
  }
}
const never = () => new Promise<never>(() => {})
const throws = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}
const full = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'))

const devices: [name: string, make: () => Disk][] = [
  ['is well', healthy],
  ['cannot write (quota)', () => ({ ...healthy(), put: full, drop: full })],
  ['never answers', () => ({ put: never, read: never, drop: never })],
  ['throws at once', () => ({ put: throws, read: throws, drop: throws })],
  // Node has no IndexedDB.
  ['has no IndexedDB', () => indexedDisk],
]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Waits for the work while fake time passes. */
async function passing<Answer>(work: Promise<Answer>, ms = 20_000): Promise<Answer> {
  const [answer] = await Promise.all([work, vi.advanceTimersByTimeAsync(ms)])
  return answer
}

/** A queue that notes what it sent; `down` makes the server unreachable. */
function senderOn(disk: Disk) {
  const queue = createQueue<string>('note', disk)
  const sent: string[][] = []
  const news: string[] = []
  const server: { down: boolean; answer?: Promise<void> } = { down: false }
  const sender = createSender(
    [
      {
        queue,
        batch: (rows: Row<string>[]) => rows.slice(0, 2),
        send: async (_: string, rows: Row<string>[]) => {
          if (server.answer) await server.answer
          if (server.down) throw new NotNow(0, { code: 'offline', message: '' })
          sent.push(values(rows))
          for (const one of rows) queue.drop(one)
        },
      },
    ],
    (_, stopped) => void news.push(stopped ? stopped.refusal.code : 'sent'),
  )
  return { queue, sent, news, server, sender }
}

describe.each(devices)('a device that %s', (_, make) => {
  test('what is put is there at once, is sent, and is over', async () => {
    const { queue, sender, sent, news } = senderOn(patient(make()))
    for (const key of ['a', 'b', 'c']) queue.put(row(key))
    expect(values(queue.own(ANNA))).toEqual(['a1', 'b1', 'c1'])
    await passing(sender.flush(ANNA))
    expect(sent).toEqual([['a1', 'b1'], ['c1']])
    expect([queue.own(ANNA), await passing(queue.waiting(ANNA)), news]).toEqual([[], [], ['sent']])
    await passing(sender.flush(ANNA))
    expect(sent).toHaveLength(2)
  })

  test('what could not be sent waits, and goes out when the page ends, newest first, without waiting for the device', async () => {
    const { queue, sender, sent, news, server } = senderOn(patient(make()))
    for (const key of ['a', 'b', 'c']) queue.put(row(key, 1, key.charCodeAt(0)))
    server.down = true
    await passing(sender.flush(ANNA), 5_000)
    expect([sent, news]).toEqual([[], ['offline']])
    expect(values(await passing(queue.waiting(ANNA)))).toEqual(['a1', 'b1', 'c1'])
    server.down = false
    sent.length = 0
    sender.leave()
    sender.leave()
    expect(sent).toEqual([['c1', 'b1'], ['a1']])
    await passing(Promise.resolve())
    expect([values(queue.own(ANNA)), sent.length]).toEqual([[], 2])
  })

  test('what is under way when the page ends goes out once more, for the first answer may be a refusal nobody hears', async () => {
    const { queue, sender, sent, server } = senderOn(patient(make()))
    queue.put(row('a'))
    let refuse = (_: Error) => {}
    server.answer = new Promise((_, no) => {
      refuse = no
    })
    const first = passing(sender.flush(ANNA), 5_000)
    await vi.advanceTimersByTimeAsync(5_000)
    server.answer = undefined
    sender.leave()
    sender.leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toEqual([['a1']])
    refuse(new NotNow(503, { code: 'unavailable', message: '' }))
    await first
    await vi.advanceTimersByTimeAsync(60_000)
    expect([values(queue.own(ANNA)), sent]).toEqual([[], [['a1']]])
  })

  test('after a while it is tried again by itself', async () => {
    const { queue, sender, sent, server } = senderOn(patient(make()))
    queue.put(row('a'))
    server.down = true
    await passing(sender.flush(ANNA), 5_000)
    server.down = false
    await vi.advanceTimersByTimeAsync(25_000)
    expect(sent).toEqual([['a1']])
  })

  test('a logout leaves nothing', async () => {
    const queue = createQueue<string>('note', patient(make()))
    queue.put(row('a', 7))
    await passing(queue.forget(ANNA))
    expect(await passing(queue.waiting(ANNA))).toEqual([])
  })
})

test('a later page and another tab send what this one could not: the union, of one key the newest', async () => {
  const disk = healthy()
  const [first, second] = [createQueue<string>('note', patient(disk)), createQueue<string>('note', patient(disk))]
  first.put(row('a', 1))
  first.put(row('b', 1))
  second.put(row('b', 2))
  second.put(row('c', 3))
  expect(values(await second.waiting(ANNA))).toEqual(['a1', 'b2', 'c3'])
  expect(values(await first.waiting(ANNA))).toEqual(['a1', 'b2', 'c3'])
  // What was sent as version 1 does not take version 2 along.
  first.drop(row('b', 1))
  expect(values(await second.waiting(ANNA))).toEqual(['a1', 'b2', 'c3'])
})

test('what an earlier page left on a device that cannot delete is sent once and not for ever', async () => {
  const disk = healthy()
  createQueue<string>('note', patient(disk)).put(row('a'))
  const { sender, sent, news } = senderOn(patient({ ...disk, put: full, drop: full }))
  await passing(sender.flush(ANNA))
  await passing(sender.flush(ANNA))
  expect([sent, news]).toEqual([[['a1']], ['sent', 'sent']])
})

test('a device that does not answer keeps one waiting for seconds once, then not at all for a minute', async () => {
  let answers = false
  const disk = patient({ ...healthy(), read: async () => (answers ? [row('a')] : never()) })
  const asked = async () => {
    const began = Date.now()
    let took = -1
    void disk.read('note', ANNA).then(() => {
      took = Date.now() - began
    })
    await vi.advanceTimersByTimeAsync(3_000)
    return took
  }
  expect(await asked()).toBe(3_000)
  expect(await asked()).toBe(0)
  answers = true
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await passing(disk.read('note', ANNA))).toHaveLength(1)
})
