export interface Cue {
  /** Seconds into the film. */
  at: number
  text: string
}

export interface Passage {
  /** Seconds into the film. */
  from: number
  /** The cues; joined by spaces they are the passage's text. */
  cues: Cue[]
}

const stamp = /^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) -->/
/** A passage ends with the first full sentence after this many seconds: enough to read, short enough to find. */
const passageSeconds = 20

/** Captions as running text: lines of a few words joined to passages that begin at a time and end with a sentence. */
export function passages(vtt: string): Passage[] {
  const result: Passage[] = []
  let open: Passage | null = null
  for (const cue of cuesOf(vtt)) {
    const last: string = open?.cues.at(-1)?.text ?? ''
    if (!open || (cue.at - open.from >= passageSeconds && /[.?…“:]$/.test(last))) {
      open = { from: cue.at, cues: [] }
      result.push(open)
    }
    open.cues.push(cue)
  }
  return result
}

function cuesOf(vtt: string): Cue[] {
  return vtt
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const lines = block.split('\n')
      const time = lines.findIndex((line) => line.includes('-->'))
      const match = stamp.exec(lines[time]?.trim() ?? '')
      if (!match) return []
      const at = Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3])
      const text = lines
        .slice(time + 1)
        .join(' ')
        .trim()
      return text ? [{ at, text }] : []
    })
}

/** The cue that is spoken at a second: the last one that has begun. −1 before the first. */
export function cueAt(starts: readonly number[], second: number): number {
  let found = -1
  // A seek to a cue may end one frame before it.
  for (const [index, at] of starts.entries()) if (at <= second + 0.05) found = index
  return found
}
