import type { Quality } from '#domain/learning/settings/rules.ts'

/** Seconds of film loaded ahead, so that a minute without a network goes unnoticed. */
const AHEAD = 60
const AHEAD_SAVING = 10

export interface LevelChoice {
  /** Index of the film's level; -1: chosen by the speed of the network. */
  level: number
  /** Seconds to load ahead. */
  ahead: number
}

/**
 * The level of the film that a wish means, pure. `lines` are the heights in the film's own order. „Datensparen“ takes
 * the smallest picture and loads little ahead; for a height that the film does not have, the next smaller one, else the
 * smallest.
 */
export function chooseLevel(lines: readonly number[], wish: Quality): LevelChoice {
  if (lines.length === 0 || wish === 'auto') return { level: -1, ahead: AHEAD }
  const smallest = lines.indexOf(Math.min(...lines))
  if (wish === 'saver') return { level: smallest, ahead: AHEAD_SAVING }
  const fitting = lines.filter((height) => height <= wish)
  return { level: fitting.length > 0 ? lines.indexOf(Math.max(...fitting)) : smallest, ahead: AHEAD }
}

/** The levels worth offering: each height once, the largest first. */
export const offeredLines = (lines: readonly number[]): number[] =>
  [...new Set(lines.filter((height) => height > 0))].sort((a, b) => b - a)
