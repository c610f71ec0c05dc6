/** Two taps on the same third of the film within this time are a double tap. */
const WITHIN_MS = 350

/**
 * Tells double taps on the film's sides from single ones. `x` is the share of the width, `at` any clock in
 * milliseconds. Answers −1 for a second tap on the left third, 1 on the right, else 0. Each further tap counts again.
 */
export function createDoubleTap(): (x: number, at: number) => -1 | 0 | 1 {
  let last: { side: -1 | 0 | 1; at: number } | null = null
  return (x, at) => {
    const side = x < 1 / 3 ? -1 : x > 2 / 3 ? 1 : 0
    const again = last !== null && last.side === side && at - last.at <= WITHIN_MS
    last = { side, at }
    return again ? side : 0
  }
}
