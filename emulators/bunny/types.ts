import type { Deliverer } from '../kit/delivery.ts'
import type { Faults } from '../kit/faults.ts'
import type { Store, Table } from '../kit/store.ts'
import type { Film } from './film.ts'

export interface BunnyConfig {
  /** 0 = let the system choose. */
  port: number
  libraryId: string
  /** The library's API key: reads and writes, and signs uploads. */
  accessKey: string
  /** Reads only, and signs the webhooks. */
  readOnlyKey: string
  /** „Token authentication key“ of the CDN. */
  tokenKey: string
  /** Absent or null: no webhooks. */
  webhookUrl?: string | null
  /** Finished films that exist from the start; `length` in seconds. */
  videos?: { guid: string; title: string; length: number }[]
  /** Pause between two steps of the encoding, default 1500 ms. */
  stepMs?: number
}

/** Bunny's API status. The webhook's numbers are others. */
export const apiStatus = {
  created: 0,
  uploaded: 1,
  processing: 2,
  transcoding: 3,
  finished: 4,
  error: 5,
  uploadFailed: 6,
} as const

export const webhookStatus = {
  queued: 0,
  processing: 1,
  encoding: 2,
  finished: 3,
  resolutionFinished: 4,
  failed: 5,
  uploadStarted: 6,
  uploadFinished: 7,
  uploadFailed: 8,
} as const

export interface Caption {
  srclang: string
  label: string
  vtt: string
}

export interface Video {
  /** The guid. */
  id: string
  title: string
  /** Milliseconds since 1970. */
  uploadedAt: number
  status: number
  encodeProgress: number
  /** Seconds; 0 until the upload was looked at. */
  length: number
  resolutions: string[]
  storageSize: number
  collectionId: string
  captions: Caption[]
  chapters: unknown[]
  moments: unknown[]
  metaTags: unknown[]
  /** Next step of the encoding, and when (milliseconds since 1970); null = nothing is planned. */
  step: number
  stepAt: number | null
  /** Tokens first seen before this instant count as expired („Signatur läuft ab“). */
  tokensExpiredAt: number | null
}

export interface Upload {
  id: string
  guid: string
  length: number
  offset: number
  /** Seconds found in the file's header so far. */
  seconds: number | null
}

export interface BunnyEventRow {
  id: string
  guid: string
  status: number
  body: string
  at: number
}

export interface World {
  config: BunnyConfig
  store: Store
  faults: Faults
  film: Film
  videos: Table<Video>
  /** Seeded films that somebody deleted: they do not come back with the next start. */
  deleted: Table<{ id: string }>
  uploads: Table<Upload>
  events: Table<BunnyEventRow>
  deliverer: Deliverer
}
