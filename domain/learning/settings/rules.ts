/** How somebody likes to watch. Every field stands alone, so that two devices can each change one. */
export interface PlayerSettings {
  /** Playback rate, one of `RATES`. */
  rate: number
  /** 0 to 1. */
  volume: number
  muted: boolean
  captions: boolean
  captionSize: CaptionSize
  /** `saver`: the smallest picture and a short buffer; a number: the lines of the picture, 720 for 720p. */
  quality: Quality
  /** Go on with the next lesson at the end of one. */
  autoplay: boolean
  /** Single keys work on the whole lesson page; else only inside the player (WCAG 2.1.4). */
  pageKeys: boolean
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5] as const
export const CAPTION_SIZES = ['small', 'medium', 'large'] as const
export type CaptionSize = (typeof CAPTION_SIZES)[number]
export type Quality = 'auto' | 'saver' | number
/** Least and most lines of a picture (720 for 720p) that a setting may ask for. */
export const MIN_LINES = 100
export const MAX_LINES = 4320

export const defaultSettings: PlayerSettings = {
  rate: 1,
  volume: 1,
  muted: false,
  captions: false,
  captionSize: 'medium',
  quality: 'auto',
  autoplay: false,
  pageKeys: true,
}

const isBoolean = (value: unknown) => typeof value === 'boolean'

const isQuality = (value: unknown): value is Quality =>
  value === 'auto' ||
  value === 'saver' ||
  (Number.isInteger(value) && (value as number) >= MIN_LINES && (value as number) <= MAX_LINES)

const fits: { [Name in keyof PlayerSettings]: (value: unknown) => boolean } = {
  rate: (value) => RATES.includes(value as never),
  volume: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  muted: isBoolean,
  captions: isBoolean,
  captionSize: (value) => CAPTION_SIZES.includes(value as never),
  quality: isQuality,
  autoplay: isBoolean,
  pageKeys: isBoolean,
}

/** The usable settings in a stored value (a row, a browser's storage); everything else is left out. Pure. */
export function knownSettings(kept: unknown): Partial<PlayerSettings> {
  if (typeof kept !== 'object' || kept === null) return {}
  const known = Object.entries(kept).filter(
    ([name, value]) => Object.hasOwn(fits, name) && fits[name as keyof PlayerSettings](value),
  )
  return Object.fromEntries(known)
}
