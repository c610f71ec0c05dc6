export interface Passage {
  /** Seconds into the film. */
  from: number
  text: string
}

const stamp = /^(?:(\d+):)?(\d\d):(\d\d)\.\d{3} -->/
/** A passage ends with the first full sentence after this many seconds: enough to read, short enough to find. */
const passageSeconds = 20

/** Captions as running text: lines of a few words joined to passages that begin at a time and end with a sentence. */
export function passages(vtt: string): Passage[] {
  const result: Passage[] = []
  let open: Passage | null = null
  for (const block of vtt.replaceAll('\r\n', '\n').split(/\n{2,}/)) {
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes('-->'))
    const match = stamp.exec(lines[at]?.trim() ?? '')
    if (!match) continue
    const from: number = Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3])
    const text = lines
      .slice(at + 1)
      .join(' ')
      .trim()
    if (!open || (from - open.from >= passageSeconds && /[.?…“:]$/.test(open.text))) {
      open = { from, text }
      result.push(open)
    } else open.text = `${open.text} ${text}`
  }
  return result
}
