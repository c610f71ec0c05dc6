import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { OutsideError } from '#errors'
import type { Log } from '#ports'

/** What can be broken on purpose, by name. */
export const breakages = [
  'webhook_duplicate',
  'webhook_delay',
  'webhook_lost',
  'stripe_500',
  'stripe_hang',
  'resend_429',
  'resend_hang',
  'answer_cut',
  'worker_kill',
] as const
export type Breakage = (typeof breakages)[number]

type Emulator = 'stripe' | 'resend'
interface Fault {
  kind: string
  match?: string
  when?: string
  status?: number
  times?: number
}

const session = 'GET /v1/checkout/sessions/*'

/** Each fault happens a few times and then ends by itself. `docs/emulators.md` explains the words. */
const faults: Record<Exclude<Breakage, 'worker_kill'>, { at: Emulator; fault: Fault & Record<string, unknown> }> = {
  webhook_duplicate: { at: 'stripe', fault: { kind: 'duplicate', copies: 3, times: 10 } },
  webhook_delay: {
    at: 'stripe',
    fault: { kind: 'delay', on: 'delivery', ms: 5_000, match: 'checkout.session.completed', times: 1 },
  },
  webhook_lost: { at: 'stripe', fault: { kind: 'drop', match: 'checkout.session.completed', times: 1 } },
  stripe_500: { at: 'stripe', fault: { kind: 'status', on: 'api', status: 500, match: session, times: 2 } },
  stripe_hang: { at: 'stripe', fault: { kind: 'hang', on: 'api', match: session, times: 1 } },
  resend_429: { at: 'resend', fault: { kind: 'status', status: 429, retryAfter: 2, match: '/emails', times: 2 } },
  resend_hang: { at: 'resend', fault: { kind: 'hang', when: 'after', match: '/emails', times: 1 } },
  answer_cut: { at: 'resend', fault: { kind: 'cut', match: '/emails', times: 1 } },
}

/** Holds Stripe's answer, so that the worker is in the middle of its job when it dies. */
const holdStripe = { kind: 'delay', on: 'api', ms: 2_000, match: session, times: 1 }

/** The supervisor stops everything after six failures in a row, so the button must not cause that many. */
const KILLS_MOST = 3
const KILLS_WINDOW_MS = 120_000
const WATCH_MS = 5 * 60_000
const LOOK_EVERY_MS = 40
const CALL_TIMEOUT_MS = 3_000

/** The test bench: only where Stripe and Resend are emulated; `null` everywhere else. */
export interface Sandbox {
  /** Faults that are armed and have not happened as often as they may. Empty while the emulators do not answer. */
  armed(): Promise<Breakage[]>
  /** False: the workers were killed too often just now. Throws `OutsideError` while the emulator is away. */
  arm(breakage: Breakage): Promise<boolean>
  /** Takes every fault back. */
  heal(): Promise<void>
  /** Pays a session as a buyer with a good card would. */
  pay(sessionId: string, email: string): Promise<void>
  /** Those of these process ids that no longer run on this machine. */
  gone(pids: number[]): number[]
}

/** What the recorded steps of the live flow tell (`records/flow.ts`). */
interface Steps {
  /** Where they end now. */
  lastId(): Promise<number>
  /** The process id of the first worker that began on an order's event after that step; null while none did. */
  workerAfter(stepId: number): Promise<number | null>
}

export function createSandbox(options: { urls: Record<Emulator, string>; steps: Steps; log: Log }): Sandbox {
  const { urls, steps, log } = options
  const hunt = createHunt(steps, log)

  async function call(at: Emulator, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${urls[at]}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    }).catch((cause) => {
      throw new OutsideError(at, 'refused', 'the emulator does not answer', { cause })
    })
    if (!answer.ok) throw new OutsideError(at, 'bad_answer', `${method} ${path}: ${answer.status}`)
    return answer.json()
  }

  return {
    async armed() {
      const lists = await Promise.all(
        (['stripe', 'resend'] as const).map(async (at) => ({
          at,
          list: (await call(at, 'GET', '/_faults')) as Fault[],
        })),
      ).catch(() => [])
      const found = Object.entries(faults).filter(([, { at, fault }]) =>
        lists.some((one) => one.at === at && one.list.some((other) => isSame(fault, other))),
      )
      return [...found.map(([name]) => name as Breakage), ...(hunt.isOn() ? (['worker_kill'] as const) : [])]
    },
    async arm(breakage) {
      if (breakage !== 'worker_kill') {
        const { at, fault } = faults[breakage]
        const there = (await call(at, 'GET', '/_faults')) as (Fault & { id: string })[]
        for (const old of there.filter((one) => isSame(fault, one))) await call(at, 'DELETE', `/_faults/${old.id}`)
        await call(at, 'POST', '/_faults', fault)
        return true
      }
      if (hunt.isTired()) return false
      if (hunt.isOn()) return true
      await call('stripe', 'POST', '/_faults', holdStripe)
      hunt.begin()
      return true
    },
    async heal() {
      hunt.end()
      await Promise.all([call('stripe', 'DELETE', '/_faults'), call('resend', 'DELETE', '/_faults')])
    },
    pay: async (sessionId, email) =>
      void (await call('stripe', 'POST', `/_pay/${sessionId}`, { email, name: 'Probe am Prüfstand' })),
    gone: (pids) => pids.filter((pid) => !lives(pid)),
  }
}

/** Waits for a worker that begins on an order's event, and kills it in the middle of its work. */
function createHunt(steps: Steps, log: Log) {
  const kills: number[] = []
  let hunting: AbortController | null = null

  async function hunt(signal: AbortSignal): Promise<void> {
    const since = await steps.lastId()
    const until = Date.now() + WATCH_MS
    while (!signal.aborted && Date.now() < until) {
      await sleep(LOOK_EVERY_MS)
      const pid = await steps.workerAfter(since).catch(() => null)
      if (pid === null) continue
      if (signal.aborted || !(await isOurSibling(pid))) return
      kills.push(Date.now())
      log.warn({ worker: pid }, 'the test bench kills a worker')
      process.kill(pid, 'SIGKILL')
      return
    }
  }

  return {
    isOn: () => hunting !== null,
    /** Workers were killed too often just now. */
    isTired: () => kills.filter((at) => Date.now() - at < KILLS_WINDOW_MS).length >= KILLS_MOST,
    begin() {
      const mine = new AbortController()
      hunting = mine
      void hunt(mine.signal)
        .catch((error) => log.warn({ err: error }, 'no worker killed'))
        .finally(() => {
          if (hunting === mine) hunting = null
        })
    },
    end() {
      hunting?.abort()
      hunting = null
    },
  }
}

const isSame = (one: Fault, other: Fault) =>
  one.kind === other.kind && one.match === other.match && one.status === other.status && one.when === other.when

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether a process is another part of our own supervisor; no other process is ever killed. */
async function isOurSibling(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid || process.ppid <= 1) return false
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return Number(stdout.trim()) === process.ppid
}
