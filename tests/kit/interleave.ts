/**
 * Runs several hands (async functions) one step at a time, in an order that the test gives: at each gate a hand stops,
 * and exactly one goes on. Between two gates no other runs, so the same choices always give the same run.
 */
export type Gate = (name: string, open?: () => boolean) => Promise<void>
export type Hand = (gate: Gate) => Promise<void>

interface Waiting {
  name: string
  open: () => boolean
  letOn: () => void
}

/**
 * Answers the steps taken („w1 fetched“), for a message that a person can follow. `choices` are used round and round.
 */
export async function interleave(hands: Record<string, Hand>, choices: number[]): Promise<string[]> {
  const waiting = new Map<string, Waiting>()
  const steps: string[] = []
  let running = 0
  let wake = () => {}
  const settled = () => {
    running--
    wake()
  }
  const failures: unknown[] = []
  for (const [who, hand] of Object.entries(hands)) {
    const gate: Gate = (name, open = () => true) =>
      new Promise((letOn) => {
        waiting.set(who, { name, open, letOn })
        settled()
      })
    running++
    hand(gate)
      .catch((error) => failures.push(error))
      .finally(settled)
  }
  for (let turn = 0; ; turn++) {
    while (running > 0)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    if (failures.length > 0) throw failures[0]
    const ready = [...waiting].filter(([, { open }]) => open()).toSorted(([a], [b]) => a.localeCompare(b))
    if (ready.length === 0) break
    const [who, next] = ready[(choices[turn % choices.length] ?? 0) % ready.length] as [string, Waiting]
    waiting.delete(who)
    steps.push(`${who} ${next.name}`)
    running++
    next.letOn()
  }
  if (waiting.size > 0) throw new Error(`nobody can go on: ${[...waiting.keys()].join(', ')}\n${steps.join('\n')}`)
  return steps
}
