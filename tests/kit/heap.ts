import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProcess } from './processes.ts'
import { until } from './until.ts'

/** Asks a running Node process over the inspector's protocol. */
export interface Inspector {
  send<Result = unknown>(method: string, params?: Record<string, unknown>): Promise<Result>
  /** The JSON value of an expression in the process's main thread; promises are awaited. */
  evaluate<Result>(expression: string): Promise<Result>
  close(): void
}

export interface LiveHeap {
  /** MB that are reachable: read after forced collections. */
  usedMb: number
  /** MB of `--max-old-space-size`; without one, what V8 chose for this machine. */
  limitMb: number
}

interface Answer {
  id?: number
  method?: string
  params?: unknown
  result?: unknown
  error?: { message: string }
}

/** Where each process listens. It says so once, and a log that is cut when it grows long forgets it. */
const addresses = new Map<number, string>()

/**
 * Turns the inspector of a process of ours on (SIGUSR1) and speaks to it; `hear` gets what it tells unasked.
 * `startProcess` lets each have a port of its own.
 */
export async function inspect(
  part: Pick<TestProcess, 'pid' | 'output'>,
  hear: (method: string, params: unknown) => void = () => {},
): Promise<Inspector> {
  const said = () => /Debugger listening on (ws:\S+)/.exec(part.output)?.[1]
  const { pid } = part
  if (!addresses.has(pid) && !said()) process.kill(pid, 'SIGUSR1')
  const address = addresses.get(pid) ?? (await until('the inspector', said))
  addresses.set(pid, address)
  const socket = new WebSocket(address)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('the inspector refuses'))
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
    else hear(answer.method ?? '', answer.params)
  }
  let last = 0
  const send: Inspector['send'] = <Result>(method: string, params: Record<string, unknown> = {}) =>
    new Promise<Result>((resolve, reject) => {
      const id = ++last
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result as Result)
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
  return {
    send,
    async evaluate<Result>(expression: string) {
      const options = { expression, awaitPromise: true, returnByValue: true }
      const { result, exceptionDetails } = await send<{ result: { value: Result }; exceptionDetails?: unknown }>(
        'Runtime.evaluate',
        options,
      )
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails).slice(0, 500)}`)
      return result.value
    },
    close: () => socket.close(),
  }
}

/** Objects that finalizers and weak references release are only freed by the next collection. */
const COLLECTIONS = 3
const PAUSE_MS = 100
const MB = 1024 ** 2
const limit = `Number(/--max-old-space-size=(\\d+)/.exec([...process.execArgv, process.env.NODE_OPTIONS].join(' '))?.[1]
  ?? process.getBuiltinModule('v8').getHeapStatistics().heap_size_limit / ${MB})`

/** Heap of the main thread after forced collections; worker threads have heaps of their own. */
export async function liveHeap(part: Pick<TestProcess, 'pid' | 'output'>): Promise<LiveHeap> {
  const inspector = await inspect(part)
  try {
    for (let round = 0; round < COLLECTIONS; round++) {
      await inspector.send('HeapProfiler.collectGarbage')
      await sleep(PAUSE_MS)
    }
    const { usedSize } = await inspector.send<{ usedSize: number }>('Runtime.getHeapUsage')
    return { usedMb: usedSize / MB, limitMb: await inspector.evaluate<number>(limit) }
  } finally {
    inspector.close()
  }
}
