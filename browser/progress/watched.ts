/** A watched part of a film, in seconds. */
export type Piece = [from: number, to: number]

/** Browsers send about four events a second, hidden tabs one: one that is a little late is no jump. */
const SLACK_SECONDS = 1.5

/**
 * Finds the watched parts of a film from its `timeupdate` events. Pure. An event counts only if the film moved forward
 * by about as much time as passed; everything else is a jump.
 */
export interface Watched {
  /** The film is at `position` (seconds), running at `rate`; `wallMs` is any steady clock in milliseconds. */
  tick(position: number, wallMs: number, rate: number): void
  /** Playback stopped or was moved: the next tick begins a new piece. */
  cut(): void
  /** Merged pieces since the last call. */
  take(): Piece[]
}

export function createWatched(): Watched {
  let pieces: Piece[] = []
  let last: { position: number; wallMs: number } | null = null
  return {
    tick(position, wallMs, rate) {
      if (last) {
        const moved = position - last.position
        const passed = ((wallMs - last.wallMs) / 1000) * Math.max(rate, 0)
        if (moved > 0 && moved <= passed + SLACK_SECONDS) pieces = addPiece(pieces, [last.position, position])
      }
      last = { position, wallMs }
    },
    cut() {
      last = null
    },
    take() {
      const taken = pieces
      pieces = []
      return taken.map(([from, to]): Piece => [round(from), round(to)]).filter(([from, to]) => to > from)
    },
  }
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000

/** Union of pieces, sorted and disjoint; touching ones join. */
export function joinPieces(...lists: readonly (readonly Piece[])[]): Piece[] {
  return lists.flat().reduce<Piece[]>(addPiece, [])
}

function addPiece(pieces: Piece[], added: Piece): Piece[] {
  let [from, to] = added
  const apart: Piece[] = []
  for (const piece of pieces) {
    if (piece[1] < from || piece[0] > to) apart.push(piece)
    else {
      from = Math.min(from, piece[0])
      to = Math.max(to, piece[1])
    }
  }
  return [...apart, [from, to] as Piece].sort((a, b) => a[0] - b[0])
}
