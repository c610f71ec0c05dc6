import type { Evidence } from './evidence.ts'
import type { Plan } from './plan.ts'
import type { Tally } from './tally.ts'

export interface Outcome {
  plan: Plan
  tally: Tally
  seen: Evidence | null
  violations: string[]
  /** Milliseconds: faults, drain, the second round, the whole. */
  took: { fire: number; drain: number; again: number; all: number }
}

export const command = ({ seed, purchases, kills, seconds, webs, workers }: Plan) =>
  `npm run chaos -- --seed ${seed} --purchases ${purchases} --kills ${kills} --seconds ${seconds} --webs ${webs} --workers ${workers}`

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

export function report({ plan, tally, seen, violations, took }: Outcome): string {
  const lines = [
    '',
    `seed ${plan.seed}: ${plan.scripts.length} purchases, ${tally.kills.length} kills, ${plan.faults.length} faults, ${plan.webs} web, ${plan.workers} worker`,
    `fire ${seconds(took.fire)}, drained in ${seconds(took.drain)}, everything again ${seconds(took.again)}, whole ${seconds(took.all)}`,
    `kills     ${grouped(tally.kills.map(({ victim, how }) => `${victim.replace(/\d+$/, '')} ${how}`))}`,
    `happened  ${[...tally.counts]
      .sort()
      .map(([what, count]) => `${what} ${count}`)
      .join(' · ')}`,
  ]
  for (const [what, times] of tally.recoveries) {
    const sorted = times.toSorted((a, b) => a - b)
    lines.push(
      `recovery  ${what}: median ${seconds(sorted[sorted.length >> 1] ?? 0)}, longest ${seconds(sorted.at(-1) ?? 0)}`,
    )
  }
  if (seen) lines.push(...figures(seen, took.fire))
  for (const surprise of tally.surprises) lines.push(`SURPRISE  ${surprise}`)
  for (const violation of violations) lines.push(`WRONG     ${violation}`)
  const bad = violations.length + tally.surprises.length
  lines.push(bad === 0 ? 'Nothing lost, nothing twice.' : `${bad} findings. Again: ${command(plan)}`)
  return lines.join('\n')
}

function figures(seen: Evidence, fireMs: number): string[] {
  const attempts = seen.stripe.deliveries.flatMap((delivery) => delivery.attempts)
  const refused = attempts.filter(({ status }) => status < 200 || status >= 300).length
  const states = grouped(seen.rows.purchases.map(({ state }) => state))
  const ours = seen.rows.purchases.filter(({ state }) => state !== 'foreign').length
  return [
    `Stripe    ${seen.stripe.sessions.length} sessions, ${seen.stripe.events.length} events, ${attempts.length} attempts (${refused} refused), ${seen.stripe.refunds.length} refunds, ${seen.stripe.disputes.length} disputes`,
    `rows      purchases: ${states}; ${seen.rows.grants.filter(({ active }) => active).length} active grants; ${seen.rows.inbox.length} stored events`,
    `mails     ${seen.mails.length} accepted: ${grouped(seen.mails.map(({ kind }) => kind))}`,
    `rate      ${(ours / (fireMs / 1000)).toFixed(1)} purchases per second under fire`,
  ]
}

function grouped(words: string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
}
