import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent } from '#libs/content.ts'
import { migrate } from '#libs/migrate.ts'
import { bundleFile } from '#start/bundles.ts'
import { type Browser, openBrowser } from '#tests/kit/browser.ts'
import { createEmptyDatabase } from '#tests/kit/database.ts'
import { root, startProcess, type TestProcess } from '#tests/kit/processes.ts'
import { type StoppableServer, stoppableServer } from '#tests/kit/stoppableServer.ts'
import { claimTcpPorts } from '#tests/kit/tcpPorts.ts'
import { emulatorEnvironment, environmentOf, secrets } from '#tests/kit/worldSettings.ts'
import { openBalancer } from './balancer.ts'
import type { Plan } from './plan.ts'

/** Real processes around one PostgreSQL: emulators, n webs behind one address, m workers. */
export interface ChaosWorld {
  url: string
  stripe: string
  resend: string
  stripeKey: string
  dataDir: string
  postgres: StoppableServer
  /** A lesson that only owners may see. */
  paidLesson: string
  start(part: string, crashAt?: string): Promise<void>
  part(part: string): TestProcess | undefined
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  browser(ip: string): Browser
  env: Record<string, string>
  /** Everything every process printed, by part. */
  logs(): Record<string, string>
  close(): Promise<void>
}

/** A start is tried so often: a part may meet a database that is being killed. */
const START_TRIES = 5
/** A web under load of a whole run on a small machine needs its time. */
const READY_MS = 60_000

export async function openChaosWorld(plan: Plan, bundles: string): Promise<ChaosWorld> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-chaos-'))
  const [web, stripe, resend, bunny] = (await claimTcpPorts(4)) as [number, number, number, number]
  const tcpPorts = { web, stripe, resend, bunny }
  const webTcpPorts = await claimTcpPorts(plan.webs)
  const postgres = await stoppableServer()
  await postgres.start()
  const database = await createEmptyDatabase(postgres.url)
  await migrate(database.url)
  const env = environmentOf(tcpPorts, database.url, dataDir)
  const { lessons } = createContent(root, courseRules, { siteUrl: env.NEXT_PUBLIC_SITE_URL }).course()
  const emulators = emulatorEnvironment(tcpPorts, dataDir, lessons, plan.seed)
  const running = new Map<string, TestProcess>()
  const balancer = await openBalancer(tcpPorts.web, webTcpPorts)
  const pool = new pg.Pool({ connectionString: database.url, max: 4, idleTimeoutMillis: 1_000 })
  pool.on('error', () => {})

  function launchOf(name: string) {
    if (name === 'emulators') return { args: [path.join(bundles, 'emulators.mjs')] }
    if (name.startsWith('worker')) return { args: [path.join(bundles, 'worker.mjs')] }
    const port = webTcpPorts[Number(name.slice(3)) - 1]
    return {
      args: [bundleFile('server', false)],
      ready: async () => (await fetch(`http://127.0.0.1:${port}/api/health`)).status === 200,
    }
  }

  async function start(name: string, crashAt?: string): Promise<void> {
    const own = path.join(dataDir, name)
    mkdirSync(own, { recursive: true })
    rmSync(path.join(own, 'crashed'), { recursive: true, force: true })
    // A folder of its own for each, as on machines of their own.
    const ownEnv: Record<string, string> = { ...env, WERKSTATT_DATA_DIR: own }
    if (name.startsWith('web')) ownEnv.PORT = String(webTcpPorts[Number(name.slice(3)) - 1])
    if (name === 'emulators') Object.assign(ownEnv, emulators)
    if (crashAt) ownEnv.WERKSTATT_CRASH_AT = crashAt
    const logFile = path.join(dataDir, `${name}.log`)
    for (let attempt = 1; ; attempt++) {
      try {
        running.set(name, await startProcess({ name, env: ownEnv, logFile, withinMs: READY_MS, ...launchOf(name) }))
        return
      } catch (error) {
        if (attempt === START_TRIES) throw error
        await sleep(300)
      }
    }
  }

  return {
    url: env.NEXT_PUBLIC_SITE_URL ?? '',
    stripe: env.STRIPE_API_BASE_URL ?? '',
    resend: env.RESEND_BASE_URL ?? '',
    stripeKey: secrets.stripeKey,
    dataDir,
    postgres,
    paidLesson: lessons.find((lesson) => !lesson.free && lesson.written)?.id ?? '',
    start,
    part: (name) => running.get(name),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    browser: (ip) => openBrowser(env.NEXT_PUBLIC_SITE_URL ?? '', ip, patientFetch),
    env,
    logs: () =>
      Object.fromEntries(
        readdirSync(dataDir)
          .filter((file) => file.endsWith('.log'))
          .map((file) => [file.replace(/\.log$/, ''), readFileSync(path.join(dataDir, file), 'utf8')]),
      ),
    close: async () => {
      for (const part of [...running.values()].reverse()) await part.kill('SIGTERM')
      await balancer.close()
      await pool.end().catch(() => {})
      await database.drop().catch(() => {})
      await postgres.remove()
      if (!process.env.KEEP_WORLDS) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** No person looks at an hourglass for ever. */
const PATIENCE_MS = 20_000
const patientFetch = (url: URL, init?: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
