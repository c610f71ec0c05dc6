import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { readRunning } from '#libs/envFile.ts'
import { root } from '#start/settings.ts'

const READY_MS = 90_000

export type Part = 'web' | 'worker' | 'postgres'

/** The real product, started as `npm start` starts it, on a data folder and ports of its own. */
export interface Shop {
  origin: string
  stripe: string
  resend: string
  jwtSecret: string
  webhookSecret: string
  /** Seconds from the start of the supervisor to ready. */
  startSeconds: number
  sql: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  /** Resident memory in bytes of the web or worker process now. */
  memory(part: 'web' | 'worker'): number
  pid(part: Part): number
  /** Processor seconds used so far; null where the system does not say. */
  used(part: Part): number | null
  /** One more worker on the same PostgreSQL, as a second machine would run it. */
  secondWorker(): Promise<{ pid: number; stop(): Promise<void> }>
  stop(): Promise<void>
}

interface Row {
  pid: number
  parent: number
  bytes: number
  command: string
}

function processes(): Row[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, kilobytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return command === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), bytes: Number(kilobytes) * 1024, command }]
  })
}

/** Resident memory of one process in bytes. */
export const memoryOf = (pid: number) => processes().find((row) => row.pid === pid)?.bytes ?? 0

/** Kernel ticks per second, the same on every Linux. */
const TICKS = 100

/** Processor seconds that a process has used, all its threads; null where the system does not say. */
export const processorSeconds = (pid: number): number | null => ticksOf(pid)?.own ?? null

/** The same with its children, also those that ended: PostgreSQL is a process per connection. */
function familySeconds(pid: number): number | null {
  const parent = ticksOf(pid)
  if (!parent) return null
  const children = processes().filter((row) => row.parent === pid)
  return children.reduce((sum, child) => sum + (ticksOf(child.pid)?.own ?? 0), parent.own + parent.ended)
}

function ticksOf(pid: number): { own: number; ended: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
    return { own: (user + system) / TICKS, ended: (endedUser + endedSystem) / TICKS }
  } catch {
    return null
  }
}

/** Waits for `{ type: 'ready' }` or for `answers()`; throws with the end of the log when the process ends before. */
export async function becomesReady(child: ChildProcess, logFile: string, answers?: () => Promise<boolean>) {
  let ready = false
  child.on('message', (message) => {
    ready ||= (message as { type?: string } | null)?.type === 'ready'
  })
  const deadline = Date.now() + READY_MS
  while (!ready && Date.now() < deadline && child.exitCode === null) {
    if (answers) ready ||= await answers().catch(() => false)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  if (ready) return
  child.kill('SIGTERM')
  throw new Error(`not ready:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`)
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Only what a process needs to run: nobody's keys, nobody's settings. */
export const cleanEnvironment = () =>
  ({ PATH: process.env.PATH, HOME: process.env.HOME, TZ: process.env.TZ }) as unknown as NodeJS.ProcessEnv

export async function openShop(dataDir: string, port: number): Promise<Shop> {
  const logFile = `${dataDir}.log`
  const output = openSync(logFile, 'a')
  const began = performance.now()
  const child = spawn(process.execPath, ['start/main.ts', '--ignore-env-file'], {
    cwd: root,
    // One trusted proxy: the load generator stands in for it and says who each learner is.
    env: { ...cleanEnvironment(), PORT: String(port), WERKSTATT_DATA_DIR: dataDir, TRUSTED_PROXY_HOPS: '1' },
    stdio: ['ignore', output, output, 'ipc'],
  })
  await becomesReady(child, logFile)
  const startSeconds = (performance.now() - began) / 1000
  const settings = readRunning(dataDir) ?? {}
  const pool = new pg.Pool({ connectionString: settings.DATABASE_URL, max: 2 })
  pool.on('error', () => {})
  const names = {
    web: path.join('build', 'server.mjs'),
    worker: path.join('build', 'worker.mjs'),
    postgres: path.join(dataDir, 'postgres'),
  }
  const pid = (part: Part) => {
    const name = names[part]
    const found = processes().find((row) => row.parent === child.pid && row.command.includes(name))
    if (!found) throw new Error(`no ${part} process`)
    return found.pid
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    stripe: settings.STRIPE_API_BASE_URL ?? '',
    resend: settings.RESEND_BASE_URL ?? '',
    jwtSecret: settings.JWT_SECRET ?? '',
    webhookSecret: settings.STRIPE_WEBHOOK_SECRET ?? '',
    startSeconds,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    pid,
    memory: (part) => memoryOf(pid(part)),
    used: (part) => familySeconds(pid(part)),
    secondWorker: async () => {
      const second = spawn(
        process.execPath,
        ['--max-old-space-size=160', '--max-semi-space-size=16', path.join(root, 'build', 'worker.mjs')],
        {
          cwd: root,
          env: { ...cleanEnvironment(), ...settings, NODE_ENV: 'production' },
          stdio: ['ignore', output, output, 'ipc'],
        },
      )
      await becomesReady(second, logFile)
      return { pid: second.pid ?? 0, stop: () => stopChild(second) }
    },
    stop: async () => {
      await pool.end()
      await stopChild(child)
    },
  }
}
