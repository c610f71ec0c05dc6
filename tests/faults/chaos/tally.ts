/** What happened in a run, for the report at its end. */
export interface Tally {
  kill(victim: string, how: string): void
  recovered(what: string, ms: number): void
  count(what: string): void
  /** Something no plan asked for; a run with surprises fails. */
  surprise(what: string): void
  readonly kills: { victim: string; how: string }[]
  readonly counts: Map<string, number>
  readonly recoveries: Map<string, number[]>
  readonly surprises: string[]
}

export function openTally(): Tally {
  const kills: Tally['kills'] = []
  const counts = new Map<string, number>()
  const recoveries = new Map<string, number[]>()
  const surprises: string[] = []
  return {
    kills,
    counts,
    recoveries,
    surprises,
    kill: (victim, how) => void kills.push({ victim, how }),
    recovered: (what, ms) => void recoveries.set(what, [...(recoveries.get(what) ?? []), ms]),
    count: (what) => void counts.set(what, (counts.get(what) ?? 0) + 1),
    surprise: (what) => void surprises.push(what),
  }
}
