import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Room } from './room.ts'
import { Stopped } from './sentence.ts'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 10_000
/** A part that ran this long has recovered: its next failure counts as the first. */
const STABLE_MS = 30_000
const FAILURES_MOST = 6
const READY_MS = 90_000

export interface Launch {
  file: string
  args: string[]
  env: Record<string, string | undefined>
  /** File descriptors for standard output and error; `inherit` shows them in the terminal. */
  output: 'inherit' | number
}

export interface Part {
  name: string
  launch(): Launch | Promise<Launch>
  /** Resolves once others may rely on the part; must give up when `gone` fires. */
  ready(child: ChildProcess, gone: AbortSignal): Promise<unknown>
  stopSignal: NodeJS.Signals
  /** Time for an ordered stop; after it the process group is killed. */
  stopMs: number
  /** For PostgreSQL: even in a hurry it gets its own fast stop, because after a kill it must recover. */
  neverKill?: boolean
}

/** A part that does its work and ends: a build, a migration. */
export interface Task extends Omit<Part, 'ready'> {
  started?(child: ChildProcess): void
}

interface Living {
  part: Omit<Part, 'ready'>
  child: ChildProcess
  ended: Promise<string>
}

export interface Supervisor {
  /**
   * Starts a part and keeps it alive; resolves when it is ready for the first time. Rejects with `Stopped` or after the
   * sixth failure.
   */
  keep(part: Part): Promise<void>
  /** Runs a part to its end (build, migration); rejects with `Stopped` if the person stopped meanwhile. */
  once(task: Task): Promise<{ ok: boolean; how: string }>
  /** Ends a part; it starts again at once. For new code in development. */
  restart(name: string): void
  /** Ends everything in reverse order. */
  stop(): Promise<void>
  /** Ends everything at once. */
  stopNow(): void
  readonly stopping: boolean
}

/**
 * Starts, watches and stops the parts. `givenUp` is called with the name of a part that failed six times in a row.
 * While the disk has no `room`, failures do not count, and an ended part is started again when there is some. One
 * closure, because starting, watching and stopping share the state of each part.
 */
export function createSupervisor(
  say: (line: string) => void,
  givenUp: (name: string) => void,
  room?: Room,
): Supervisor {
  const living: Living[] = []
  const order: string[] = []
  const waiting = new AbortController()
  const renewed = new Set<string>()
  let stopping: Promise<void> | null = null

  async function launch(part: Omit<Part, 'ready'>): Promise<Living> {
    const { file, args, env, output } = await part.launch()
    if (stopping) throw new Stopped()
    const child = spawn(file, args, {
      env: env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', output, output, 'ipc'],
    })
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    const one = { part, child, ended }
    living.push(one)
    if (!order.includes(part.name)) order.push(part.name)
    void ended.then(() => {
      living.splice(living.indexOf(one), 1)
      signalGroup(child, 'SIGKILL')
    })
    return one
  }

  async function becomesReady(part: Part, { child, ended }: Living): Promise<boolean> {
    const gone = new AbortController()
    const late = setTimeout(() => gone.abort(), READY_MS)
    const isReady = part.ready(child, gone.signal).then(
      () => true,
      () => false,
    )
    const outcome = await Promise.race([isReady, ended.then(() => false)])
    clearTimeout(late)
    gone.abort()
    if (!outcome) endNow(part, child)
    return outcome
  }

  async function live(part: Part, firstReady: () => void): Promise<void> {
    let failures = 0
    let lines = 0
    while (!stopping) {
      const born = Date.now()
      const one = await launch(part)
      if (await becomesReady(part, one)) {
        firstReady()
        if (lines > 0) say(`${part.name} is back.`)
        lines = 0
      }
      const how = await one.ended
      if (stopping) return
      if (renewed.delete(part.name)) continue
      if (room && !room.has()) {
        say(
          `${part.name} stopped (${how}), and there is no space left in ${room.folder}. It starts again when there is.`,
        )
        await room.comes(waiting.signal)
        lines++
        failures = 0
        continue
      }
      failures = Date.now() - born > STABLE_MS ? 1 : failures + 1
      if (failures >= FAILURES_MOST) {
        say(`${part.name} failed ${failures} times in a row (${how}). Everything stops.`)
        givenUp(part.name)
        throw new Stopped()
      }
      const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS)
      say(`${part.name} stopped unexpectedly (${how}) and starts again in ${delay} ms.`)
      lines++
      await sleep(delay, undefined, { signal: waiting.signal }).catch(() => {})
    }
  }

  async function end({ part, child, ended }: Living): Promise<void> {
    child.kill(part.stopSignal)
    const timer = setTimeout(() => endNow(part, child), part.stopMs)
    await ended
    clearTimeout(timer)
  }

  async function stopAll(): Promise<void> {
    waiting.abort()
    for (const name of order.toReversed()) await Promise.all(living.filter((one) => one.part.name === name).map(end))
  }

  return {
    keep: (part) =>
      new Promise((resolve, reject) => {
        live(part, resolve).then(() => reject(new Stopped()), reject)
      }),
    async once(task) {
      const one = await launch(task)
      task.started?.(one.child)
      const how = await one.ended
      if (stopping) throw new Stopped()
      return { ok: how === 'exit code 0', how }
    },
    restart(name) {
      const one = living.find(({ part }) => part.name === name)
      if (!one || stopping) return
      renewed.add(name)
      void end(one)
    },
    stop() {
      stopping ??= stopAll()
      return stopping
    },
    stopNow() {
      for (const { part, child } of living) endNow(part, child)
    },
    get stopping() {
      return stopping !== null
    },
  }
}

function endNow(part: Omit<Part, 'ready'>, child: ChildProcess): void {
  if (part.neverKill) child.kill(part.stopSignal)
  else signalGroup(child, 'SIGKILL')
}

/** Signals a part's process group, so that its own children get the signal too. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // No process of the group is left.
  }
}

/** A Node part says `{ type: 'ready' }` over its IPC channel. */
export const saysReady = (child: ChildProcess, gone: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if ((message as { type?: string } | null)?.type === 'ready') resolve()
    })
    gone.addEventListener('abort', () => reject(new Error('not ready')))
  })
