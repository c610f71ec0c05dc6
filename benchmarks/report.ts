/** What is printed: one line per figure, its budget and the verdict beside it. */
export interface Report {
  title(text: string): void
  /** A figure with a budget; `ok` decides the verdict. */
  judge(what: string, figure: string, budget: string, ok: boolean): void
  /** A figure without a budget of its own. */
  note(what: string, figure: string): void
  /** Last line; answers how many budgets were missed. */
  close(seconds: number): number
}

const WHAT = 47
const FIGURE = 40

const columns = (what: string, figure: string, rest: string) =>
  `  ${what.padEnd(WHAT)} ${figure.padEnd(FIGURE)} ${rest}`.trimEnd()

export function createReport(say: (line: string) => void): Report {
  let kept = 0
  const missed: string[] = []
  return {
    title: (text) => say(`\n${text}`),
    judge(what, figure, budget, ok) {
      if (ok) kept++
      else missed.push(what)
      say(columns(what, figure, `${ok ? 'ok    ' : 'MISSED'} (budget: ${budget})`))
    },
    note: (what, figure) => say(columns(what, figure, '')),
    close(seconds) {
      say(`\n${kept} budgets kept, ${missed.length} missed${missed.length > 0 ? `: ${missed.join(' · ')}` : ''}.`)
      say(
        `The run took ${Math.round(seconds)} s. Compare only figures of one run: the machine's speed is in all of them.`,
      )
      return missed.length
    },
  }
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(value < 1 ? 2 : 1) : Math.round(value)} ms`
export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`
export const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
export const MB = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`
export const percent = (share: number) => `${Math.round(share * 100)} %`
