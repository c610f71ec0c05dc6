import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from '#tests/kit/browser.ts'
import { sellAfterwards } from './afterSale.ts'
import type { Plan, Script } from './plan.ts'
import { atStripe, json, persist } from './stripeSide.ts'
import type { Tally } from './tally.ts'
import type { ChaosWorld } from './world.ts'

/** What a person in a run has, for the checkers' last look at the front door. */
export interface Buyer {
  email: string
  browser: Browser
  sessionIds: string[]
  loggedIn: boolean
}

export interface Crowd {
  buyers: Map<string, Buyer>
  /** Every session that one attempt was answered with. */
  attempts: Map<string, Set<string>>
  everybody: Promise<unknown>
}

const consent = { startNow: true, acknowledgesLoss: true }
/** A person clicks so often before giving up. */
const CLICKS = 25

/** Sends everybody of the plan into the shop, each at their time. Nobody's failure is another's. */
export function sendEverybody(world: ChaosWorld, plan: Plan, tally: Tally): Crowd {
  const began = Date.now()
  const buyers: Crowd['buyers'] = new Map()
  const attempts: Crowd['attempts'] = new Map()
  const everybody = Promise.all(
    plan.scripts.map(async (script) => {
      await sleep(Math.max(0, script.at - (Date.now() - began)))
      try {
        await shop(world, script, { tally, buyers, attempts })
      } catch (error) {
        tally.count('scripts given up')
        tally.surprise(`purchase ${script.n} (${script.payment}): ${error instanceof Error ? error.message : error}`)
      }
    }),
  )
  return { buyers, attempts, everybody }
}

interface Books {
  tally: Tally
  buyers: Crowd['buyers']
  attempts: Crowd['attempts']
}

async function shop(world: ChaosWorld, script: Script, books: Books): Promise<void> {
  const { tally } = books
  tally.count(`purchase ${script.payment}`)
  const known = books.buyers.get(script.email)
  // An address of its own for each, so that no limit per network strikes.
  const browser = known?.browser ?? world.browser(`10.${script.n >> 8}.${script.n & 255}.7`)
  const buyer: Buyer = known ?? { email: script.email, browser, sessionIds: [], loggedIn: false }
  books.buyers.set(script.email, buyer)
  const own = await openSession(world, script, buyer, books)
  const sessionId = own && script.payment === 'one_euro' ? await besideOf(world, script, own) : own
  if (sessionId === null) return void tally.count('orders given up')
  if (script.leaves === 'abandoned') return void tally.count('left without paying')
  if (script.leaves === 'expired') {
    await atStripe(world, `/_sessions/${sessionId}/expire`, {})
    return void tally.count('expired at Stripe')
  }
  await sleep(script.payAfterMs)
  if (!(await pay(world, script, sessionId))) return void tally.count('declined')
  buyer.sessionIds.push(sessionId)
  tally.count('paid or under way')
  const login = script.logsInAfterMs === null ? null : logIn(world, script, buyer, tally)
  await sellAfterwards(world, script, sessionId, tally)
  await login
}

/** The session's id, or null when even the last click failed. */
async function openSession(world: ChaosWorld, script: Script, buyer: Buyer, books: Books): Promise<string | null> {
  if (script.payment === 'five' || script.payment === 'foreign') {
    const ours = script.payment === 'five' ? { price: 'price_kurs', quantity: 5 } : {}
    const made = await atStripe(world, '/_sessions', { ...ours, email: script.email })
    return String((made as { id: string }).id)
  }
  let attemptId = crypto.randomUUID()
  const email = script.payment === 'no_address' ? {} : { email: script.email }
  const click = async () => {
    const answer = await buyer.browser.post('/api/stripe/create-checkout', { attemptId, ...email, consent })
    return { answer, sessionId: answer.status === 200 ? sessionIn(answer.text) : null }
  }
  for (let clicks = 0; clicks < CLICKS; clicks++) {
    const asked = attemptId
    const tried = await Promise.allSettled(script.doubleClick ? [click(), click()] : [click()])
    const answers = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const sessions = answers.flatMap(({ sessionId }) => sessionId ?? [])
    if (sessions.length > 0) {
      const all = books.attempts.get(asked) ?? new Set()
      for (const id of sessions) all.add(id)
      books.attempts.set(asked, all)
      return sessions[0] as string
    }
    // As the order page does: Stripe repeats a failed answer for as long as the attempt keeps its name.
    if (answers.some(({ answer }) => answer.text.includes('payments_unavailable'))) attemptId = crypto.randomUUID()
    books.tally.count('clicks repeated')
    await sleep(300 + clicks * 100)
  }
  return null
}

/** Another product's Payment Link, with the id of an order that somebody opened for themselves behind it. */
async function besideOf(world: ChaosWorld, script: Script, own: string): Promise<string> {
  const { sessions } = JSON.parse((await persist('sessions', () => json(`${world.stripe}/_state`, 'GET'))).text)
  const reference = sessions.find(({ id }: { id: string }) => id === own)?.client_reference_id
  const clientReferenceId = { clientReferenceId: String(reference), metadata: { product_type: 'kurs' } }
  const made = await atStripe(world, '/_sessions', { amount: 100, email: script.email, ...clientReferenceId })
  return String((made as { id: string }).id)
}

const sessionIn = (text: string) => /cs_test_\w+/.exec(text)?.[0] ?? null

const cards: Partial<Record<Script['payment'], string>> = { declined: '4000000000000002' }

async function pay(world: ChaosWorld, script: Script, sessionId: string): Promise<boolean> {
  const body: Record<string, unknown> = { name: 'Mara Beispiel', email: script.email, card: script.card }
  if (script.payment === 'debit') Object.assign(body, { card: undefined, iban: 'DE89370400440532013000' })
  if (script.payment === 'free') body.promotionCode = 'GESCHENK100'
  if (script.payment === 'promotion') body.promotionCode = 'WERKBANK20'
  if (script.payment === 'no_address') body.email = null
  if (cards[script.payment]) body.card = cards[script.payment]
  const answer = await persist(`paying ${sessionId}`, () => json(`${world.stripe}/_pay/${sessionId}`, 'POST', body))
  if (answer.status === 402) return false
  // 409: an earlier try was booked and only its answer was lost with the emulator.
  if (answer.status !== 200 && answer.status !== 409) throw new Error(`_pay answered ${answer.status}: ${answer.text}`)
  return true
}

/** Follows the link in the mail; a link that was spent without a cookie is replaced by the login page. */
async function logIn(world: ChaosWorld, script: Script, buyer: Buyer, tally: Tally): Promise<void> {
  await sleep(script.logsInAfterMs ?? 0)
  if (buyer.loggedIn) return
  buyer.loggedIn = await tryToLogIn(world, buyer, 12, tally)
  tally.count(buyer.loggedIn ? 'logged in under fire' : 'not logged in under fire')
}

/** One look at the mailbox per second; each link is tried until the shop answers. */
export async function tryToLogIn(world: ChaosWorld, buyer: Buyer, looks: number, tally: Tally): Promise<boolean> {
  const tried = new Set<string>()
  let asked = false
  for (let look = 0; look < looks; look++) {
    for (const token of (await tokensFor(world, buyer.email)).filter((one) => !tried.has(one))) {
      const answer = await buyer.browser.post('/api/auth/verify', { token }).catch(() => null)
      if (answer?.status === 200) return true
      if (answer === null || answer.status >= 500) continue
      tried.add(token)
      tally.count('links found spent')
      if (asked) continue
      const again = await buyer.browser.post('/api/auth/magic-link', { email: buyer.email }).catch(() => null)
      asked = again?.status === 200
    }
    await sleep(1_000)
  }
  return false
}

async function tokensFor(world: ChaosWorld, email: string): Promise<string[]> {
  const found = await json(`${world.resend}/inbox.json?to=${encodeURIComponent(email)}`, 'GET').catch(() => null)
  if (found?.status !== 200) return []
  const mails = JSON.parse(found.text) as { text: string }[]
  return mails.flatMap(({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? [])
}
