/**
 * Watched ranges: sorted, disjoint `[from, to)` pairs in whole milliseconds. Their union is commutative, associative
 * and idempotent and never shrinks, so reports may come twice, late and in any order (truth I11).
 */
export type Range = [from: number, to: number]
export type Ranges = Range[]

/** Brings lists of ranges into the normal form: sorted and disjoint; empty ones vanish, touching ones join. */
export function mergeRanges(...lists: readonly (readonly (readonly [number, number])[])[]): Ranges {
  const sorted = lists
    .flat()
    .filter(([from, to]) => to > from)
    .sort((a, b) => a[0] - b[0])
  const merged: Ranges = []
  for (const [from, to] of sorted) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** How much of the film was watched, each moment once, in the unit of the ranges. */
export const watchedLength = (ranges: readonly (readonly [number, number])[]): number =>
  mergeRanges(ranges).reduce((sum, [from, to]) => sum + (to - from), 0)

/** Cuts away what lies outside `[0, limit)`. */
export const clipRanges = (ranges: readonly (readonly [number, number])[], limit: number): Ranges =>
  mergeRanges(ranges.map(([from, to]): Range => [Math.max(0, from), Math.min(limit, to)]))

/** PostgreSQL's text form of an `int4multirange`: `{[0,41500),[60000,90000)}`. */
export const toMultirange = (ranges: Ranges): string => `{${ranges.map(([from, to]) => `[${from},${to})`).join(',')}}`

/** The reverse of `toMultirange`. */
export function fromMultirange(text: string): Ranges {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map((match): Range => [Number(match[1]), Number(match[2])])
}
