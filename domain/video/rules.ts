import type { VideoMeta } from '#ports'

/** Bunny's API status → the admin area's word. The webhook's numbers mean other things and are never stored. */
const videoStates: Record<number, string> = {
  0: 'angelegt',
  1: 'hochgeladen',
  2: 'in Arbeit',
  3: 'wird umgewandelt',
  4: 'fertig',
  5: 'fehlgeschlagen',
  6: 'Hochladen fehlgeschlagen',
  7: 'in Arbeit',
  8: 'abspielbar',
}

export const videoState = (status: number): string => videoStates[status] ?? 'unbekannt'

/** Finished, or playable while later qualities are still made. */
export const isPlayable = (video: Pick<VideoMeta, 'status' | 'resolutions'>): boolean =>
  video.status === 4 || video.status === 8 || (video.status === 3 && video.resolutions !== '')

/** How long a signed upload is valid: TUS checks that for every part, and home connections are slow. */
export const UPLOAD_MS = 24 * 3_600_000
export const MAX_TITLE = 200
