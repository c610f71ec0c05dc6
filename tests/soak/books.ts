import { type Stalls, watchStalls } from './stalls.ts'

/** What came back during a soak, and what of it was wrong. */
export interface Books {
  count(actor: string, status: number): void
  /** A refusal that is right. */
  refused(why: string): void
  /** Something that must not happen; the first hundred are kept in full. */
  wrong(what: string): void
  readonly answers: number
  readonly faults: string[]
  readonly refusals: Map<string, number>
  readonly stalls: Stalls
  table(): string
}

/**
 * What the rules name as an answer of a healthy web, each with its reason. Everything else from 500 on, and every 429
 * elsewhere, is a fault.
 */
const designed: { status: number; path: RegExp; why: string }[] = [
  { status: 503, path: /^\/api\/status$/, why: 'a cause is open, and the answer names it' },
  {
    status: 503,
    path: /^\/api\/(notes\/export\.pdf|certificate\/|orders\/[^/]+\/\w+\.pdf)/,
    why: 'the queue of documents is full',
  },
  { status: 429, path: /^\/api\/auth\/(magic-link|verify)$/, why: 'letters and guesses are limited' },
  { status: 429, path: /^\/api\/stripe\/create-checkout$/, why: 'sessions at Stripe are limited per address' },
  {
    status: 429,
    path: /^\/api\/(search|notes|checklist|progress|settings)$/,
    why: 'one person asks faster than anybody can',
  },
  { status: 429, path: /^\/api\/notes\/export\.(pdf|md)$/, why: 'a book is some seconds of a processor' },
  { status: 429, path: /^\/api\/lessons\/[^/]+\/play$/, why: 'free films are counted by address' },
  {
    status: 429,
    path: /^\/api\/(certificate|claim|withdrawal|mail-off|account)/,
    why: 'letters and guesses are limited',
  },
  {
    status: 429,
    path: /^\/(api\/orders|plan\/feed|api\/status)/,
    why: 'questions without a login are counted by address',
  },
]

const FAULTS_KEPT = 100

export function openBooks(): Books {
  const counts = new Map<string, Map<number, number>>()
  const refusals = new Map<string, number>()
  const faults: string[] = []
  let answers = 0
  return {
    count(actor, status) {
      answers++
      const of = counts.get(actor) ?? new Map<number, number>()
      counts.set(actor, of.set(status, (of.get(status) ?? 0) + 1))
    },
    refused(why) {
      refusals.set(why, (refusals.get(why) ?? 0) + 1)
    },
    wrong(what) {
      if (faults.length < FAULTS_KEPT) faults.push(what)
    },
    get answers() {
      return answers
    },
    faults,
    refusals,
    stalls: watchStalls(),
    table: () =>
      [...counts]
        .map(
          ([actor, of]) =>
            `  ${actor.padEnd(10)}${[...of]
              .sort()
              .map(([status, n]) => `${status}: ${n}`)
              .join('  ')}`,
        )
        .join('\n'),
  }
}

/**
 * True when this answer is a refusal the rules name; it is counted with its reason. While the machine stands still, the
 * web rightly takes PostgreSQL for lost, and says so.
 */
export function isDesigned(books: Books, path: string, answer: { status: number; text: string }): boolean {
  const bare = path.split('?', 1)[0] ?? path
  const stalled = answer.status === 503 && answer.text.includes('"database_unavailable"') && books.stalls.recently()
  const why = stalled
    ? 'the machine stood still, and PostgreSQL did not answer in time'
    : designed.find((one) => one.status === answer.status && one.path.test(bare))?.why
  if (why === undefined) return false
  books.refused(`${answer.status} ${why}`)
  return true
}
