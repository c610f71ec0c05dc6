import { expect, test, vi } from 'vitest'
import { MAX_FAILURES } from './filmSource.ts'
import { createMediaRecovery } from './mediaRecovery.ts'

function element() {
  const play = vi.fn(async () => {})
  return Object.assign(new EventTarget(), { paused: true, currentTime: 0, error: null as Error | null, play })
}
type Element = ReturnType<typeof element>

const recoveryOf = (video: Element, restart = () => {}) =>
  createMediaRecovery(video as unknown as HTMLVideoElement, restart)
const say = (video: Element, ...events: string[]) => {
  for (const name of events) video.dispatchEvent(new Event(name))
}

test('a film that ran plays on with its new source', () => {
  const video = element()
  recoveryOf(video)
  say(video, 'play', 'loadedmetadata')
  expect(video.play).toHaveBeenCalledOnce()
})

test('a film that the learner stopped stays stopped, and nothing plays after the end', () => {
  const video = element()
  const recovery = recoveryOf(video)
  say(video, 'play', 'pause', 'loadedmetadata')
  recovery.stop()
  say(video, 'play', 'loadedmetadata')
  expect(video.play).not.toHaveBeenCalled()
})

test('a pause that comes with an error is not a wish', () => {
  const video = element()
  recoveryOf(video)
  say(video, 'play')
  video.error = new Error('decode')
  say(video, 'pause', 'loadedmetadata')
  expect(video.play).toHaveBeenCalledOnce()
})

test('one place is tried a bounded number of times, and the next one anew', () => {
  const video = element()
  const restart = vi.fn()
  const recovery = recoveryOf(video, restart)
  for (let count = 0; count < MAX_FAILURES; count += 1) expect(recovery.tryAgain()).toBe(true)
  expect(recovery.tryAgain()).toBe(false)
  expect(restart).toHaveBeenCalledTimes(MAX_FAILURES)
  video.currentTime = 30
  expect(recovery.tryAgain()).toBe(true)
})
