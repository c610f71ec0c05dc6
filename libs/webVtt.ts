/** One line of a transcript; `from` and `to` in seconds of the film. */
export interface Cue {
  from: number
  to: number
  text: string
  /** Line of the time stamp in the file, for messages. */
  line: number
}

const stamp = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3}) --> (?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?: .*)?$/

/** Reads WebVTT as we write it: header, cues, notes. Throws an `Error` that names the line. */
export function parseVtt(source: string): Cue[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  if (!/^\uFEFF?WEBVTT(\s|$)/.test(lines[0] ?? '')) throw new Error('1: must begin with WEBVTT')
  const cues: Cue[] = []
  for (let index = 1; index < lines.length; index++) {
    const row = lines[index] ?? ''
    if (!row.includes('-->')) continue
    const match = stamp.exec(row.trim())
    if (!match) throw new Error(`${index + 1}: „${row}“ is no time stamp; write 00:01:02.500 --> 00:01:06.000`)
    const line = index + 1
    const words: string[] = []
    while ((lines[index + 1] ?? '').trim() !== '') words.push((lines[++index] ?? '').trim())
    cues.push({ from: seconds(match, 1), to: seconds(match, 5), text: words.join(' '), line })
  }
  return cues
}

/**
 * Captions for a text spoken evenly over `durationSeconds`: cues end at sentence or clause ends where
 * possible, hold at most `cueSeconds.most`, and begin after `lead` and end before `tail` seconds of quiet.
 */
export function buildVtt(spoken: string, durationSeconds: number): string {
  const lead = 1
  const tail = 2
  const parts = splitSpoken(spoken, durationSeconds - lead - tail)
  const weights = parts.map((part) => part.length)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let spent = 0
  const cues = parts.map((part, index) => {
    const from = lead + (spent / total) * (durationSeconds - lead - tail)
    spent += weights[index] ?? 0
    const to = lead + (spent / total) * (durationSeconds - lead - tail)
    return `${format(from)} --> ${format(to)}\n${part}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}

/** How long a cue may stay; shorter cannot be read, longer loses the thread. */
export const cueSeconds = { least: 2, most: 6 }
export const wordsPerMinute = { least: 120, most: 140 }

export const countWords = (text: string): number =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** Cuts into parts of roughly equal reading time by the best chain of cuts, cheapest at sentence ends. */
function splitSpoken(spoken: string, seconds: number): string[] {
  const words = spoken.trim().split(/\s+/)
  const perChar = seconds / (words.join('').length + words.length)
  const lengths = words.map((word) => word.length + 1)
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }]
  for (let end = 1; end <= words.length; end++) {
    best[end] = { cost: Number.POSITIVE_INFINITY, from: end - 1 }
    let span = 0
    for (let from = end - 1; from >= 0; from--) {
      span += (lengths[from] ?? 0) * perChar
      if (span > cueSeconds.most - 0.1) break
      const cost = (best[from]?.cost ?? 0) + cutCost(words, from, end, span)
      if (cost < (best[end]?.cost ?? 0)) best[end] = { cost, from }
    }
  }
  const parts: string[] = []
  for (let end = words.length; end > 0; end = best[end]?.from ?? 0)
    parts.unshift(words.slice(best[end]?.from, end).join(' '))
  return parts
}

function cutCost(words: string[], from: number, end: number, span: number): number {
  const last = words[end - 1] ?? ''
  const atEnd = /[.?!:]["“]?$/.test(last) ? 0 : /[,;–]["“]?$/.test(last) ? 3 : 9
  const inside = words.slice(from, end - 1).filter((word) => /[.?]["“]?$/.test(word)).length * 2
  const short = span < cueSeconds.least + 0.1 ? 200 : 0
  return atEnd + inside + short + (span - 4.2) ** 2
}

const seconds = (match: RegExpExecArray, at: number) =>
  Number(match[at] ?? 0) * 3600 + Number(match[at + 1]) * 60 + Number(match[at + 2]) + Number(match[at + 3]) / 1000

function format(time: number): string {
  const ms = Math.round(time * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`
}
