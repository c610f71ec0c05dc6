import { createDeliverer, type Deliverer } from '../kit/delivery.ts'
import type { Faults } from '../kit/faults.ts'
import { randomId } from '../kit/random.ts'
import type { Store, Table } from '../kit/store.ts'
import { webhookHeaders } from './sign.ts'
import { apiStatus, type BunnyConfig, type BunnyEventRow, type Video, type World, webhookStatus } from './types.ts'

/** Pauses between delivery attempts in ms; Bunny's own are not published. */
const retryPlan = [1000, 5000, 30_000, 120_000]
const defaultStepMs = 1500
/** A title with one of these words plays the file that cannot be encoded. */
const broken = /kaputt|defekt/i

export function createVideoDeliverer(
  config: BunnyConfig,
  store: Store,
  faults: Faults,
  events: Table<BunnyEventRow>,
): Deliverer {
  return createDeliverer({
    store,
    faults,
    url: () => config.webhookUrl ?? null,
    body: (id) => events.get(id)?.body ?? null,
    sign: (body) => webhookHeaders(config.readOnlyKey, body),
    retryPlan,
  })
}

/** Sends a webhook to the shop. Bunny's body has no event id and no time; ours is only for the log. */
export function ring(world: World, guid: string, status: number): void {
  const body = JSON.stringify({ VideoLibraryId: Number(world.config.libraryId), VideoGuid: guid, Status: status })
  const event = world.events.put({ id: `bunny_${randomId(16)}`, guid, status, body, at: Date.now() })
  void world.deliverer.deliver(event.id, String(status))
}

interface Step {
  change(video: Video): void
  rings: number
}

const steps: Step[] = [
  {
    rings: webhookStatus.queued,
    change: (video) => Object.assign(video, { status: apiStatus.uploaded }),
  },
  {
    rings: webhookStatus.processing,
    change: (video) => Object.assign(video, { status: apiStatus.processing }),
  },
  {
    rings: webhookStatus.encoding,
    change: (video) => Object.assign(video, { status: apiStatus.transcoding, encodeProgress: 20 }),
  },
  {
    rings: webhookStatus.resolutionFinished,
    change: (video) => Object.assign(video, { encodeProgress: 55, resolutions: ['240p'] }),
  },
  {
    rings: webhookStatus.resolutionFinished,
    change: (video) => Object.assign(video, { encodeProgress: 90, resolutions: ['240p', '360p'] }),
  },
  {
    rings: webhookStatus.finished,
    change: (video) => Object.assign(video, { status: apiStatus.finished, encodeProgress: 100 }),
  },
]
const failingStep = 3

export interface Encoder {
  /** The file is complete: `seconds` as found in it, `bytes` its size. */
  start(video: Video, seconds: number | null, bytes: number): void
  idle(): boolean
  close(): void
}

/** Plays Bunny's steps after an upload, one after the other with pauses; goes on after a restart. */
export function createEncoder(world: World): Encoder {
  const stepMs = world.config.stepMs ?? defaultStepMs
  const timers = new Map<string, NodeJS.Timeout>()

  function plan(video: Video): void {
    if (video.stepAt === null) return
    const timer = setTimeout(
      () => {
        timers.delete(video.id)
        if (world.videos.get(video.id) === video) run(video)
      },
      Math.max(0, video.stepAt - Date.now()),
    )
    timers.set(video.id, timer.unref())
  }

  function run(video: Video): void {
    const step = steps[video.step]
    const fails = broken.test(video.title) && video.step === failingStep
    if (fails) video.status = apiStatus.error
    else step?.change(video)
    video.step++
    video.stepAt = fails || video.step >= steps.length ? null : Date.now() + stepMs
    world.videos.put(video)
    ring(world, video.id, fails ? webhookStatus.failed : (step?.rings ?? webhookStatus.finished))
    plan(video)
  }

  for (const video of world.videos.values()) plan(video)
  world.store.onReset(() => {
    for (const timer of timers.values()) clearTimeout(timer)
    timers.clear()
  })
  return {
    start(video, seconds, bytes) {
      video.length = Math.max(1, Math.min(world.film.length, Math.round(seconds ?? defaultSeconds)))
      video.storageSize = bytes
      video.step = 0
      run(video)
    },
    idle: () => timers.size === 0,
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** Length in seconds for a file in which none is found. */
const defaultSeconds = 120

/** Looks for the length of an MP4 in the bytes as they pass; the header may stand at either end. */
export function createLengthReader(): { read(chunk: Buffer): void; seconds(): number | null } {
  let rest: Buffer = Buffer.alloc(0)
  let found: number | null = null
  const needed = 4 + 32
  return {
    read(chunk) {
      if (found !== null) return
      const bytes = Buffer.concat([rest, chunk])
      const at = bytes.indexOf('mvhd')
      if (at >= 0 && bytes.length >= at + needed) {
        const body = bytes.subarray(at + 4)
        const wide = body[0] === 1
        const scale = body.readUInt32BE(wide ? 20 : 12)
        const duration = wide ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(16)
        if (scale > 0 && duration > 0) found = duration / scale
      }
      rest = bytes.subarray(-needed)
    },
    seconds: () => found,
  }
}
