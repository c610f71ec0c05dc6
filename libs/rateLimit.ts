import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '#errors'
import type { LimitName, Limits } from '#ports'

interface Limit {
  points: number
  /** Seconds. */
  duration: number
  /** Each process counts for itself: for requests too frequent to count in the database, against runaway clients. */
  local?: true
}

const MINUTE = 60
const QUARTER = 15 * MINUTE
const DAY = 24 * 60 * MINUTE

/**
 * Every limit of the app in one table. A household or office shares one address, so per-ip limits are generous.
 *
 * A limit that several people share is used up only by requests that could have succeeded; otherwise a stranger could
 * block everybody. Who uses up what, and what a stranger can cause by it: docs/limits.md.
 */
const limitTable: Record<LimitName, Limit> = {
  checkout_per_ip: { points: 20, duration: 10 * MINUTE },
  login_letter_per_ip: { points: 30, duration: QUARTER },
  login_letter_per_address: { points: 3, duration: QUARTER },
  login_letter_per_address_day: { points: 10, duration: DAY },
  // A browser that has logged in with the address before has this limit of its own instead of those above.
  login_letter_known_browser: { points: 5, duration: DAY },
  // Letters that say „kein Zugang“ to whoever is typed. Counted in the job, where it turns out that nobody has the
  // address.
  login_letter_unknown: { points: 200, duration: 60 * MINUTE },
  // Only tokens that open nothing are counted.
  link_guess_per_ip: { points: 60, duration: QUARTER },
  // Only guesses from a browser that has a code to guess, within that code's five tries.
  code_guess_per_ip: { points: 20, duration: QUARTER },
  // A million codes, 600 guesses a quarter: one blind hit in years, and each code has 5 tries in one browser.
  code_guess_global: { points: 600, duration: QUARTER },
  play_per_ip: { points: 120, duration: MINUTE },
  progress_per_person: { points: 120, duration: MINUTE, local: true },
  settings_per_person: { points: 120, duration: MINUTE, local: true },
  // Somebody who types fast asks four times a second.
  search_per_person: { points: 300, duration: MINUTE, local: true },
  // Whoever writes saves every second; two tabs and a phone at once stay below.
  notes_per_person: { points: 240, duration: MINUTE, local: true },
  // A full book is some seconds of a processor.
  notebook_export_per_person: { points: 12, duration: 5 * MINUTE },
  // Only addresses that open nothing are counted: calendar services ask for thousands of people from one address.
  feed_guess_per_ip: { points: 60, duration: QUARTER },
  feed_per_person: { points: 120, duration: QUARTER },
  status_per_ip: { points: 240, duration: MINUTE },
  // A legal declaration must get through: the limits only keep the receipt from being used to flood a mailbox.
  withdrawal_per_ip: { points: 20, duration: QUARTER },
  withdrawal_per_address: { points: 5, duration: QUARTER },
  // A correction tells whether an address is free, so nobody may try many.
  address_change_per_ip: { points: 20, duration: QUARTER },
  address_change_per_order: { points: 6, duration: QUARTER },
  account_move_per_person: { points: 6, duration: DAY },
  claim_per_ip: { points: 10, duration: QUARTER },
  // Each may cost a look at Stripe and a letter: a network that goes on all day is stopped.
  claim_day_per_ip: { points: 40, duration: DAY },
  claim_per_address: { points: 3, duration: QUARTER },
  // Letters to an order's owner that somebody else asked for.
  claim_letter_per_owner: { points: 3, duration: DAY },
  claim_look_at_stripe: { points: 1, duration: 5 * MINUTE },
  // Only numbers that nobody has are counted.
  certificate_per_ip: { points: 60, duration: QUARTER },
  // Each draws a document.
  certificate_pdf_per_person: { points: 30, duration: QUARTER, local: true },
}

/** A /48 is a company, a campus, or one attacker with 65,536 networks. It may use as much as so many /64 networks. */
const NETWORKS_PER_SITE = 10

/**
 * Counts in PostgreSQL, so that all instances share one count; a blocked key is answered from memory, and without a
 * database each process counts for itself. Keys are stored as hashes: they can be addresses. Throws
 * `AppError('rate_limited')` with `retryAfter` in seconds.
 */
export function createLimits(pool: pg.Pool, table: Record<LimitName, Limit> = limitTable): Limits {
  const limiters = new Map<string, RateLimiterPostgres | RateLimiterMemory>()
  // A counter in memory sets a timer per key, and a timer keeps the whole request it was made in until it fires:
  // ten thousand learners in a minute filled the heap. Counting therefore happens outside of every request.
  const outside = AsyncLocalStorage.snapshot()
  const limiterOf = (name: LimitName, site = false): RateLimiterPostgres | RateLimiterMemory => {
    const keyPrefix = site ? `${name}_site` : name
    let limiter = limiters.get(keyPrefix)
    if (!limiter) {
      const { duration, local } = table[name]
      const points = table[name].points * (site ? NETWORKS_PER_SITE : 1)
      if (local) {
        limiter = new RateLimiterMemory({ keyPrefix, points, duration })
        limiters.set(keyPrefix, limiter)
        return limiter
      }
      limiter = new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        schemaName: 'public',
        tableName: 'rate_limit',
        tableCreated: true,
        keyPrefix,
        points,
        duration,
        // One limiter per process sweeps the table for all.
        clearExpiredByTimeout: ![...limiters.values()].some((one) => one instanceof RateLimiterPostgres),
        inMemoryBlockOnConsumed: points,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
      })
      limiters.set(keyPrefix, limiter)
    }
    return limiter
  }

  return {
    async consume(name, key) {
      try {
        const perIp = name.endsWith('_per_ip')
        await outside(() => limiterOf(name).consume(hashed(perIp ? networkOf(key) : key)))
        // After the /64's own limit: what that refuses must not count against its neighbours.
        const site = perIp ? siteOf(key) : null
        if (site) await outside(() => limiterOf(name, true).consume(hashed(site)))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const retryAfter = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
        throw new AppError('rate_limited', name, { retryAfter })
      }
    },
  }
}

const hashed = (key: string) => createHash('sha256').update(key).digest('base64url').slice(0, 22)

/** One IPv6 household owns a /64 and can use any address of it. */
export function networkOf(ip: string): string {
  const plain = withoutScope(ip)
  return plain.includes(':') ? groupsOf(plain).slice(0, 4).join(':') : plain
}

/** The /48 around an IPv6 address; null for IPv4. */
export function siteOf(ip: string): string | null {
  const plain = withoutScope(ip)
  return plain.includes(':') ? groupsOf(plain).slice(0, 3).join(':') : null
}

const withoutScope = (ip: string) =>
  ip
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '')

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(plain: string): string[] {
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}
