import { type Random, seededRandom } from '#emulators/kit/random.ts'
import type { CrashPoint } from '#ports'

/**
 * Everything a chaos run will do, drawn from one seed before it begins: who buys when and how, what happens to the
 * money afterwards, which process dies when or at which crash point, what goes wrong at Stripe and Resend. Times are
 * milliseconds since the run's start. The processes are real, so the machine decides what meets what; the seed
 * decides everything else.
 */

export interface PlanSize {
  purchases: number
  kills: number
  /** Length of the time in which things go wrong. */
  seconds: number
  webs: number
  workers: number
}

export interface Plan extends PlanSize {
  seed: number
  scripts: Script[]
  lives: Life[]
  faults: FaultWindow[]
  restarts: { at: number; downMs: number }[]
}

export type Payment =
  | 'card'
  | 'debit'
  | 'free'
  | 'promotion'
  | 'five'
  | 'foreign'
  | 'one_euro'
  | 'no_address'
  | 'declined'

/** One person's way through the shop. Two scripts may share an address: somebody who paid twice. */
export interface Script {
  n: number
  email: string
  payment: Payment
  at: number
  doubleClick: boolean
  /** Never paid: the tab was closed, or the session is ended at Stripe. */
  leaves: 'abandoned' | 'expired' | null
  payAfterMs: number
  card: string
  after: AfterSale[]
  logsInAfterMs: number | null
}

export interface AfterSale {
  afterMs: number
  what:
    | 'debit_succeeds'
    | 'debit_fails'
    | 'refund'
    | 'refund_arrives'
    | 'refund_fails'
    | 'dispute'
    | 'dispute_won'
    | 'dispute_lost'
    | 'warning'
  /** Share of the whole amount, for `refund`. */
  share?: number
  /** `refund`: stays pending until the bank answers. */
  pending?: boolean
}

export type Victim = `web${number}` | `worker${number}` | 'postgres'

/** From one start of a process to its SIGKILL: at the crash point, or at the latest after `atMostMs`. */
export interface Life {
  victim: Victim
  atMostMs: number
  point: { name: CrashPoint; nth: number } | null
  /** PostgreSQL: the whole server, or one backend (which makes it restart itself). */
  backendOnly: boolean
  /** How long nobody starts it again. */
  downMs: number
}

export interface FaultWindow {
  at: number
  forMs: number
  service: 'stripe' | 'resend'
  fault: Record<string, unknown>
}

const pointsOf: Record<'web' | 'worker', CrashPoint[]> = {
  web: [
    'inbox.before-commit',
    'inbox.after-commit',
    'checkout.after-session',
    'login.before-commit',
    'login.after-commit',
  ],
  worker: [
    'settle.before-commit',
    'settle.after-commit',
    'mail.before-send',
    'mail.after-accept',
    'mail.event-before-commit',
    'reconcile.between-pages',
  ],
}

export function makePlan(seed: number, size: PlanSize): Plan {
  // Streams of their own: another number of kills leaves the purchases as they were.
  const stream = (salt: number) => dice(seededRandom(seed * 7919 + salt))
  return {
    ...size,
    seed,
    scripts: makeScripts(stream(1), size),
    lives: makeLives(stream(2), size),
    faults: makeFaults(stream(3), size),
    restarts: makeRestarts(stream(4), size),
  }
}

function dice(random: Random) {
  const between = (low: number, high: number) => low + random.next() * (high - low)
  return {
    chance: (share: number) => random.next() < share,
    between,
    whole: (low: number, high: number) => Math.floor(between(low, high + 1)),
    one: <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T,
    /** Picks by weight. */
    weighed: <T extends string>(weights: Record<T, number>): T => {
      const entries = Object.entries(weights) as [T, number][]
      let rest = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        rest -= weight
        if (rest < 0) return name
      }
      return entries[0]![0]
    },
  }
}
type Dice = ReturnType<typeof dice>

// ── purchases ────────────────────────────────────────────────────────────────────────────────────

const payments: Record<Payment, number> = {
  card: 52,
  debit: 14,
  free: 7,
  promotion: 8,
  five: 5,
  foreign: 5,
  one_euro: 3,
  no_address: 4,
  declined: 5,
}

/** Addresses whose mail goes its own way at the emulator of Resend (docs/emulators.md). */
const mailboxes = { kundin: 84, weg: 4, voll: 3, spaeter: 4, beschwerde: 3, gesperrt: 2 }

function makeScripts(dice: Dice, { purchases, seconds }: PlanSize): Script[] {
  const scripts: Script[] = []
  for (let n = 1; n <= purchases; n++) {
    const before = scripts.at(-1)
    const again = before?.payment === 'card' && !before.leaves && dice.chance(0.08)
    const payment = again ? 'card' : dice.weighed(payments)
    const ours = payment !== 'foreign' && payment !== 'five'
    const leaves = ours && dice.chance(0.08) ? dice.one(['abandoned', 'expired'] as const) : null
    scripts.push({
      n,
      email: again ? before.email : `${dice.weighed(mailboxes)}${n}@chaos.test`,
      payment,
      // The last tenth of the time is left for what comes after a sale.
      at: dice.between(0, seconds * 900),
      doubleClick: dice.chance(0.25),
      leaves,
      payAfterMs: dice.between(0, 1_500),
      card: dice.chance(0.06) ? '4000000000005126' : '4242424242424242',
      after: makeAfterSale(dice, payment),
      logsInAfterMs: dice.chance(0.3) ? dice.between(0, 6_000) : null,
    })
  }
  return scripts
}

const fates = {
  kept: 50,
  partly: 7,
  inTwoParts: 6,
  whole: 8,
  pendingFails: 5,
  pendingArrives: 4,
  disputeOpen: 5,
  disputeWon: 6,
  disputeLost: 5,
  refundThenLost: 2,
  warned: 2,
}

function makeAfterSale(dice: Dice, payment: Payment): AfterSale[] {
  const steps: AfterSale[] = []
  const then = (what: AfterSale['what'], more: Partial<AfterSale> = {}) =>
    steps.push({ what, afterMs: dice.between(0, 5_000), ...more })
  if (payment === 'debit') {
    const arrives = dice.chance(0.7)
    then(arrives ? 'debit_succeeds' : 'debit_fails')
    if (!arrives) return steps
  }
  if (payment === 'free' || payment === 'foreign' || payment === 'one_euro') return steps
  const fate = dice.weighed(fates)
  if (fate === 'partly') then('refund', { share: dice.between(0.05, 0.9) })
  if (fate === 'inTwoParts') {
    then('refund', { share: 0.5 })
    then('refund', { share: 1 })
  }
  if (fate === 'whole') then('refund', { share: 1 })
  if (fate === 'pendingFails' || fate === 'pendingArrives') {
    then('refund', { share: dice.one([0.4, 1]), pending: true })
    then(fate === 'pendingFails' ? 'refund_fails' : 'refund_arrives')
  }
  if (fate === 'refundThenLost') then('refund', { share: 1 })
  if (fate.startsWith('dispute') || fate === 'refundThenLost') then('dispute')
  if (fate === 'disputeWon') then('dispute_won')
  if (fate === 'disputeLost' || fate === 'refundThenLost') then('dispute_lost')
  if (fate === 'warned') then('warning')
  return steps
}

// ── deaths ───────────────────────────────────────────────────────────────────────────────────────

function makeLives(dice: Dice, { purchases, kills, seconds, webs, workers }: PlanSize): Life[] {
  const victims: Victim[] = [
    ...Array.from({ length: workers }, (_, index) => `worker${index + 1}` as const),
    ...Array.from({ length: webs }, (_, index) => `web${index + 1}` as const),
  ]
  const postgres = Math.round(kills * 0.15)
  // Workers die twice as often as webs: more of what must not be lost is in their hands.
  const pattern = victims.flatMap((victim) => (victim.startsWith('worker') ? [victim, victim] : [victim]))
  const turns = Array.from({ length: kills - postgres }, (_, index) => pattern[index % pattern.length] as Victim)
  const lives: Life[] = []
  for (const victim of [...turns, ...Array.from({ length: postgres }, () => 'postgres' as const)]) {
    const share = turns.filter((other) => other === victim).length || postgres
    const mean = (seconds * 1_000) / share
    const role = victim.startsWith('worker') ? 'worker' : 'web'
    const downMs = dice.chance(0.3) ? dice.between(500, 3_000) : 0
    lives.push({
      victim,
      atMostMs: Math.max(500, dice.between(0.3, 1.5) * mean - downMs),
      point:
        victim !== 'postgres' && dice.chance(0.6)
          ? { name: dice.one(pointsOf[role]), nth: dice.whole(1, purchases < 100 ? 2 : 6) }
          : null,
      backendOnly: dice.chance(0.3),
      downMs,
    })
  }
  return lives
}

// ── what goes wrong outside ──────────────────────────────────────────────────────────────────────

const deliveries: Record<string, unknown>[] = [
  { kind: 'duplicate', copies: 3 },
  { kind: 'duplicate', copies: 8, chance: 0.5 },
  { kind: 'reorder', ms: 1_500 },
  { kind: 'delay', ms: 4_000, chance: 0.5 },
]

const calls: Record<string, unknown>[] = [
  { kind: 'status', status: 429, retryAfter: 1, chance: 0.4 },
  { kind: 'status', status: 500, chance: 0.4 },
  { kind: 'status', status: 500, when: 'after', chance: 0.3 },
  { kind: 'status', status: 503, chance: 0.5 },
  { kind: 'hang', ms: 12_000, chance: 0.15 },
  { kind: 'hang', ms: 12_000, when: 'after', chance: 0.15 },
  { kind: 'cut', chance: 0.3 },
  { kind: 'reset', chance: 0.4 },
  { kind: 'reset', when: 'after', chance: 0.4 },
  { kind: 'delay', on: 'api', ms: 1_500, chance: 0.4 },
]

const stripeOnly: Record<string, unknown>[] = [{ kind: 'drop', chance: 0.4 }]
const resendOnly: Record<string, unknown>[] = [
  { kind: 'status', status: 429, code: 'daily_quota_exceeded', chance: 0.3 },
  { kind: 'status', status: 502, code: 'html', chance: 0.4 },
]

function makeFaults(dice: Dice, { seconds }: PlanSize): FaultWindow[] {
  const kinds = {
    stripe: [...deliveries, ...deliveries, ...calls, ...stripeOnly, ...stripeOnly],
    resend: [...deliveries, ...calls, ...calls, ...resendOnly],
  }
  return (['stripe', 'resend'] as const).flatMap((service) =>
    Array.from({ length: Math.max(3, Math.round(seconds / 5)) }, () => ({
      at: dice.between(0, seconds * 950),
      forMs: dice.between(1_500, 7_000),
      service,
      fault: dice.one(kinds[service]),
    })),
  )
}

/** The emulators end in order and begin again: an outage of everybody outside at once. They forget nothing. */
const makeRestarts = (dice: Dice, { seconds }: PlanSize): Plan['restarts'] =>
  Array.from({ length: Math.max(1, Math.round(seconds / 60)) }, () => ({
    at: dice.between(0.1, 0.9) * seconds * 1_000,
    downMs: dice.between(200, 2_500),
  }))
