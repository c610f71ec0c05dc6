import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import { z } from 'zod'
import type { Config } from '#config'
import { AppError, isOutsideError, OutsideError } from '#errors'
import { storable } from '#libs/storable.ts'
import type { Log, VideoEvent, VideoHost, VideoMeta } from '#ports'
import { signDirectory, signTus, verifyDelivery } from './bunnySign.ts'

/**
 * Bunny Stream behind the port `VideoHost`. Facts: openapi.yml of BunnyWay, 2026-06. Nothing outside knows its types.
 */

const TIMEOUT_MS = 5_000
const RETRIES = 3
const RETRY_DELAY_MS = 300
const LONGEST_WAIT_MS = 20_000
/** Calls begun per second. Bunny publishes no limit. */
const RATE_LIMIT = 10
const BATCH_CONCURRENCY = 5
/** Half of at least five calls failing within 10 s opens the circuit for 10 s. */
const BREAKER = { threshold: 0.5, duration: 10_000, minimumRps: 0.5 }
const BREAKER_REST_MS = 10_000

const videoModel = z.object({
  guid: z.string().min(1),
  title: z.string().nullish(),
  status: z.number().int(),
  encodeProgress: z.number().nullish(),
  length: z.number().nullish(),
  availableResolutions: z.string().nullish(),
  captions: z.array(z.object({ srclang: z.string(), label: z.string().nullish() })).nullish(),
  thumbnailFileName: z.string().nullish(),
})
const videoList = z.object({ totalItems: z.number(), items: z.array(videoModel) })
const delivery = z.object({
  VideoLibraryId: z.number(),
  VideoGuid: z.string().min(1).max(64),
  Status: z.number().int(),
})

function asMeta(model: z.infer<typeof videoModel>): VideoMeta {
  return {
    guid: model.guid,
    title: model.title ?? '',
    status: model.status,
    encodeProgress: Math.round(model.encodeProgress ?? 0),
    length: Math.round(model.length ?? 0),
    resolutions: model.availableResolutions ?? '',
    captions: (model.captions ?? []).map(({ srclang, label }) => ({ srclang, label: label ?? srclang })),
    thumbnailFile: model.thumbnailFileName ?? null,
  }
}

// ── one call ─────────────────────────────────────────────────────────────────────────────────────

export interface RetryOptions {
  /** Calls begun per second. */
  rateLimit?: number
  /** Tries after the first. */
  maxRetries?: number
  /** Milliseconds before the first repetition; doubles each time, plus or minus half by chance. */
  retryDelay?: number
}

export interface BunnyStream {
  /**
   * Throws `OutsideError('bunny', …)`: timeout, refused, rate_limited, bad_answer, rejected, not_found, circuit_open.
   */
  getVideoMeta(libraryId: string, guid: string): Promise<VideoMeta>
  /** Bounded concurrency, one result per video in the same order; a failure is named in its place, never thrown. */
  getVideosMetaBatch(videos: { libraryId: string; guid: string }[], options?: RetryOptions): Promise<MetaOrError[]>
  call<Schema extends z.ZodType>(request: BunnyRequest<Schema>, options?: RetryOptions): Promise<z.output<Schema>>
}

interface BunnyRequest<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: unknown
  schema: Schema
  /** False for what must not happen twice: then only definite refusals are repeated. */
  repeatable?: boolean
}

const asFailure = (error: unknown): OutsideError => {
  if (isOutsideError(error)) return error
  if (error instanceof BrokenCircuitError)
    return new OutsideError('bunny', 'circuit_open', 'Bunny failed too often just now', {
      retryAfter: 10,
      cause: error,
    })
  if (error instanceof TaskCancelledError || (error instanceof Error && error.name === 'AbortError'))
    return new OutsideError('bunny', 'timeout', `no answer within ${TIMEOUT_MS} ms`, { cause: error })
  const code = ((error as { cause?: { code?: string } })?.cause?.code ?? '').toString()
  const refused = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code)
  return new OutsideError('bunny', refused ? 'refused' : 'bad_answer', `connection: ${code || String(error)}`, {
    cause: error,
  })
}

/** `Retry-After` as seconds or as a date; undefined if absent or unreadable. */
function retryAfterOf(response: Response): number | undefined {
  const text = response.headers.get('retry-after')
  if (!text) return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

/** Names a refusal by its status alone: error bodies of Bunny have no documented form and are never read. */
async function refusalOf(response: Response): Promise<OutsideError> {
  await response.body?.cancel().catch(() => {})
  const { status } = response
  const message = `answered ${status}`
  if (status === 404) return new OutsideError('bunny', 'not_found', message)
  if (status === 429) return new OutsideError('bunny', 'rate_limited', message, { retryAfter: retryAfterOf(response) })
  if (status >= 500) return new OutsideError('bunny', 'bad_answer', message, { retryAfter: retryAfterOf(response) })
  return new OutsideError('bunny', 'rejected', message)
}

/** Waits for a free start slot: at most `perSecond` calls begin per second. */
function createPacer() {
  let next = 0
  return async (perSecond: number): Promise<void> => {
    const now = performance.now()
    const start = Math.max(now, next)
    next = start + 1000 / perSecond
    if (start > now) await new Promise((resolve) => setTimeout(resolve, start - now))
  }
}

const backoffOf = (firstDelayMs: number) =>
  new DelegateBackoff((context: IRetryBackoffContext<unknown>) => {
    const { result, attempt } = context
    const error = 'error' in result && isOutsideError(result.error) ? result.error : null
    const own = firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random())
    return Math.min(LONGEST_WAIT_MS, Math.max(own, (error?.retryAfter ?? 0) * 1000))
  })

const countsAgainstBunny = (error: unknown) => {
  const failure = asFailure(error)
  return failure.retryable && failure.failure !== 'rate_limited' && failure.failure !== 'circuit_open'
}

/** Bunny's API with one pace, one breaker and one way to repeat; every call goes through `call`. */
export function createBunnyStream(config: Config['bunny'], log: Log): BunnyStream {
  const pace = createPacer()
  const limit = timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive)
  const breaker: CircuitBreakerPolicy = circuitBreaker(handleWhen(countsAgainstBunny), {
    halfOpenAfter: BREAKER_REST_MS,
    breaker: new SamplingBreaker(BREAKER),
  })
  breaker.onBreak(() => log.warn({ service: 'bunny' }, 'circuit open'))
  breaker.onReset(() => log.info({ service: 'bunny' }, 'circuit closed'))

  async function once<Schema extends z.ZodType>(request: BunnyRequest<Schema>, signal: AbortSignal) {
    const response = await fetch(`${config.apiBaseUrl}${request.path}`, {
      method: request.method,
      headers: {
        AccessKey: config.accessKey,
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal,
    })
    if (!response.ok) throw await refusalOf(response)
    const parsed = request.schema.safeParse(storable(await response.json().catch(() => undefined)))
    if (!parsed.success) throw new OutsideError('bunny', 'bad_answer', 'a 2xx that is not what Bunny documents')
    return parsed.data
  }

  const call: BunnyStream['call'] = async (request, options = {}) => {
    const worthRepeating = (error: unknown) => {
      const failure = asFailure(error)
      if (failure.failure === 'circuit_open') return false
      return failure.retryable && (request.repeatable !== false || !failure.ambiguous)
    }
    const again = retry(handleWhen(worthRepeating), {
      maxAttempts: options.maxRetries ?? RETRIES,
      backoff: backoffOf(options.retryDelay ?? RETRY_DELAY_MS),
    })
    try {
      // Failures are named inside of retry and breaker, so that both see their kind and `Retry-After`.
      return await again.execute(async () => {
        await pace(options.rateLimit ?? RATE_LIMIT)
        return await wrap(breaker, limit)
          .execute(({ signal }) => once(request, signal))
          .catch((error) => Promise.reject(asFailure(error)))
      })
    } catch (error) {
      throw asFailure(error)
    }
  }

  const videoPath = (libraryId: string, guid: string) => `/library/${libraryId}/videos/${encodeURIComponent(guid)}`
  const getMeta = async (libraryId: string, guid: string, options?: RetryOptions) =>
    asMeta(await call({ method: 'GET', path: videoPath(libraryId, guid), schema: videoModel }, options))

  return {
    call,
    getVideoMeta: (libraryId, guid) => getMeta(libraryId, guid),
    getVideosMetaBatch: (videos, { rateLimit = 10, maxRetries = 3, retryDelay = 1000 } = {}) =>
      inLanes(videos, ({ libraryId, guid }) => getMeta(libraryId, guid, { rateLimit, maxRetries, retryDelay })),
  }
}

type MetaOrError = { guid: string; video: VideoMeta } | { guid: string; error: Error }

/** A few at a time, each result or failure in its video's place. */
async function inLanes<Video extends { guid: string }>(
  videos: Video[],
  getMeta: (video: Video) => Promise<VideoMeta>,
): Promise<MetaOrError[]> {
  const results: MetaOrError[] = []
  let next = 0
  const lane = async () => {
    while (next < videos.length) {
      const index = next++
      const video = videos[index]!
      results[index] = await getMeta(video).then(
        (meta) => ({ guid: video.guid, video: meta }),
        (error) => ({ guid: video.guid, error: error as Error }),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(BATCH_CONCURRENCY, videos.length) }, lane))
  return results
}

// ── the port ─────────────────────────────────────────────────────────────────────────────────────

const anyAnswer = z.unknown()
const seconds = (at: Date) => Math.floor(at.getTime() / 1000)

/** The port. Opens no connection. Every asynchronous method throws `OutsideError('bunny', …)` only. */
export function createVideoHost(config: Config['bunny'], log: Log): VideoHost {
  const stream = createBunnyStream(config, log)
  const { libraryId } = config
  const base = `/library/${libraryId}/videos`
  const path = (guid: string) => `${base}/${encodeURIComponent(guid)}`
  let cdnBaseUrl = config.cdnBaseUrl?.replace(/\/+$/, '') ?? null
  let warned = false

  /** Without `BUNNY_CDN_BASE_URL` the play data of any film tells the host. */
  async function learnCdn(guid: string): Promise<void> {
    const schema = z.object({ videoPlaylistUrl: z.url() })
    const play = await stream.call({ method: 'GET', path: `${path(guid)}/play`, schema })
    cdnBaseUrl ??= new URL(play.videoPlaylistUrl).origin
  }

  function urlOf(guid: string, file: string, expiresAt: Date): { url: string; signed: boolean } {
    if (!cdnBaseUrl) {
      learnCdn(guid).catch((error) => log.warn({ err: error }, 'the address of the CDN is not known yet'))
      throw new OutsideError('bunny', 'bad_answer', 'CDN not known yet; set BUNNY_CDN_BASE_URL', { retryAfter: 2 })
    }
    const directory = `/${guid}/`
    if (!config.tokenKey) {
      if (!warned) log.error({}, 'BUNNY_TOKEN_KEY is not set: films are served without a token')
      warned = true
      return { url: `${cdnBaseUrl}${directory}${file}`, signed: false }
    }
    const expires = seconds(expiresAt)
    return { url: signDirectory({ baseUrl: cdnBaseUrl, key: config.tokenKey, directory, file, expires }), signed: true }
  }

  return {
    getVideo: (guid) => stream.getVideoMeta(libraryId, guid),
    getVideos: (guids) => stream.getVideosMetaBatch(guids.map((guid) => ({ libraryId, guid }))),
    listVideos: async ({ page, perPage, search }) => {
      const query = new URLSearchParams({ page: String(page), itemsPerPage: String(perPage), orderBy: 'date' })
      if (search) query.set('search', search)
      const list = await stream.call({ method: 'GET', path: `${base}?${query}`, schema: videoList })
      return { total: list.totalItems, videos: list.items.map(asMeta) }
    },
    createVideo: async (title) =>
      asMeta(await stream.call({ method: 'POST', path: base, body: { title }, schema: videoModel, repeatable: false })),
    updateVideo: async (guid, change) => {
      await stream.call({ method: 'POST', path: path(guid), body: change, schema: anyAnswer })
    },
    deleteVideo: async (guid) => {
      await stream.call({ method: 'DELETE', path: path(guid), schema: anyAnswer })
    },
    signPlayback: (guid, expiresAt) => {
      const { url, signed } = urlOf(guid, 'playlist.m3u8', expiresAt)
      return { playlistUrl: url, signed }
    },
    signUpload: (guid, expiresAt) => ({
      endpoint: `${config.apiBaseUrl}/tusupload`,
      headers: {
        AuthorizationSignature: signTus(libraryId, config.accessKey, seconds(expiresAt), guid),
        AuthorizationExpire: String(seconds(expiresAt)),
        LibraryId: libraryId,
        VideoId: guid,
      },
    }),
    readCaptions: async (guid, srclang) => {
      const { url } = urlOf(guid, `captions/${encodeURIComponent(srclang)}.vtt`, new Date(Date.now() + 60_000))
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => {
        throw asFailure(error)
      })
      if (!response.ok) throw await refusalOf(response)
      return storable(await response.text())
    },
    readEvent: (raw, headers) => readDelivery(config, raw, headers),
  }
}

function readDelivery(config: Config['bunny'], raw: Buffer, headers: { get(name: string): string | null }): VideoEvent {
  // Without a key every delivery is refused, and the state of films is polled.
  if (!config.readOnlyKey || !verifyDelivery(raw, headers, config.readOnlyKey)) throw new AppError('signature_invalid')
  let body: unknown
  try {
    body = storable(JSON.parse(raw.toString('utf8')))
  } catch {
    throw new AppError('payload_unusable', 'not JSON')
  }
  const parsed = delivery.safeParse(body)
  if (!parsed.success) throw new AppError('payload_unusable', 'not a delivery of Bunny Stream')
  if (String(parsed.data.VideoLibraryId) !== config.libraryId) throw new AppError('payload_unusable', 'another library')
  return { guid: parsed.data.VideoGuid, webhookStatus: parsed.data.Status }
}
