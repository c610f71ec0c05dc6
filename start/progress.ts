import { readFileSync } from 'node:fs'

const LOOK_EVERY_MS = 500
/** After so much silence a line tells that the build still runs. */
const SILENCE_MS = 10_000

/** What Next prints, and what a person at the terminal wants to know of it. */
const phases: [mark: RegExp, line: string][] = [
  [/Compiled (successfully|with warnings)/, 'pages are compiled'],
  [/✓ Generating static pages/, 'pages are tried out'],
]

/** Tells the terminal how far a build is: each step with the seconds since the start, and a line after long silence. */
export function followBuild(file: string, say: (line: string) => void): { step(line: string): void; end(): void } {
  const began = performance.now()
  let spokeAt = began
  const left = [...phases]
  const step = (line: string) => {
    spokeAt = performance.now()
    say(`  ${String(Math.round((spokeAt - began) / 1000)).padStart(3)} s  ${line}`)
  }
  const timer = setInterval(() => {
    const text = readFileSync(file, { encoding: 'utf8' })
    while (left[0]?.[0].test(text)) step(left.shift()?.[1] ?? '')
    if (performance.now() - spokeAt > SILENCE_MS) step('…')
  }, LOOK_EVERY_MS)
  timer.unref()
  return { step, end: () => clearInterval(timer) }
}
