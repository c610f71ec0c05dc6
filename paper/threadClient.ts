import v8 from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Log } from '#ports'

/** One message to the thread: the name of a task of `paper/thread.ts` and what it is given. Each has one answer. */
export interface Question {
  id: number
  task: string
  input: unknown[]
}
export type Answer = { id: number; value: unknown } | { id: number; error: string }

/** The thread did not answer: the message is the stack of what was thrown in it, or why it ended. */
class ThreadError extends Error {
  override name = 'ThreadError'
}

export interface PaperThread {
  /**
   * Starts the thread if there is none. Rejects with `ThreadError` when the task throws, or the thread dies or hangs.
   */
  ask<Value>(task: string, ...input: unknown[]): Promise<Value>
  close(): Promise<void>
}

interface Options {
  /** The program of the thread: `paper.mjs` beside the running bundle, or its source. */
  file: URL
  /** The project's folder, where the fonts are. */
  root: string
  /** MB its heap may grow to. */
  heapMb: number
  /** Milliseconds until a silent thread counts as stuck. */
  answerMs: number
  log: Log
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/**
 * This process's end of the thread that draws documents (`paper/thread.ts`): starts it with the first question, hands
 * questions over and answers back. The thread has a heap of its own; when it runs full, hangs or breaks, all that was
 * asked of it fails, and the next question starts another.
 */
export function createPaperThread({ file, root, heapMb, answerMs, log }: Options): PaperThread {
  let thread: Worker | null = null
  let last = 0
  const waiting = new Map<number, Waiting>()

  /** Fails whatever was asked of a thread that ended and will not answer any more. */
  function failAll(dead: Worker, why: string): void {
    if (thread !== dead) return
    thread = null
    if (waiting.size > 0) log.error({ why, lost: waiting.size }, 'the paper thread ended')
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(new ThreadError(why))
    }
    waiting.clear()
  }

  function start(): Worker {
    liftFlag()
    const begun = new Worker(file, {
      name: 'paper',
      workerData: { root },
      // Neither our settings nor what the process was started with: it draws what it is given.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    begun.on('message', (answer: Answer) => {
      const question = waiting.get(answer.id)
      if (!question) return
      waiting.delete(answer.id)
      clearTimeout(question.timer)
      if (waiting.size === 0) begun.unref()
      if ('error' in answer) question.reject(new ThreadError(answer.error))
      else question.resolve(answer.value)
    })
    begun.on('error', (error: NodeJS.ErrnoException) => failAll(begun, error.code ?? error.stack ?? String(error)))
    begun.on('exit', (code) => failAll(begun, `exit ${code}`))
    return begun
  }

  return {
    ask: <Value>(task: string, ...input: unknown[]) =>
      new Promise<Value>((resolve, reject) => {
        thread ??= start()
        const asked = thread
        const id = ++last
        const timer = setTimeout(() => {
          failAll(asked, 'no answer')
          void asked.terminate()
        }, answerMs).unref()
        waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, timer })
        // The thread keeps the process alive only while somebody waits for an answer.
        asked.ref()
        asked.postMessage({ id, task, input } satisfies Question)
      }),
    async close() {
      const closed = thread
      if (!closed) return
      failAll(closed, 'closed')
      await closed.terminate()
    },
  }
}

/** `--max-old-space-size` overrides a thread's own limit. This process has read it; only later heaps read it again. */
const liftFlag = () => v8.setFlagsFromString('--max-old-space-size=0')
