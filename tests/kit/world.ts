import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inject } from 'vitest'
import { readConfig } from '#config'
import { buildPlatform, type Platform } from '#platform'
import type { Ctx } from '#ports'
import { bundleFile } from '#start/bundles.ts'
import { heapArguments } from '#start/limits.ts'
import { type Browser, openBrowser } from './browser.ts'
import { copyDatabase, type TestDatabase } from './database.ts'
import { startProcess, type TestProcess } from './processes.ts'
import { worldSeed } from './seed.ts'
import { type StoppableServer, stoppableServer } from './stoppableServer.ts'
import { claimTcpPort, claimTcpPorts } from './tcpPorts.ts'
import { until } from './until.ts'
import { emulatorEnvironment, environmentOf, secrets, type TcpPorts } from './worldSettings.ts'

/** Every test lives under the limits of the smallest machine that we run on. */
const SMALL_MACHINE_MB = 1_024

export type PartName = 'emulators' | 'worker' | 'web'

export interface Mail {
  to: string
  subject: string
  html: string
  text: string
  links: string[]
  idempotencyKey: string | null
  state: string
}

export interface World {
  /** Origin of the shop. */
  url: string
  urls: { stripe: string; resend: string; bunny: string }
  secrets: typeof secrets
  dataDir: string
  database: TestDatabase
  /** The server behind the database, only with `ownPostgres`. */
  postgres: StoppableServer | null
  env: Record<string, string>
  /** The domain's context in this process, on the same database and emulators. */
  ctx: Ctx
  platform: Platform
  part(name: PartName): TestProcess
  start(name: PartName, extraEnv?: Record<string, string>, printsTo?: number): Promise<TestProcess>
  /** One more process of a part beside the others, a web on a port of its own; the world ends it too. */
  another(name: 'web' | 'worker', extraEnv?: Record<string, string>): Promise<TestProcess & { url: string }>
  browser(ip?: string, url?: string): Browser
  /** Mails to an address that the Resend emulator accepted, newest first. */
  mails(to: string): Promise<Mail[]>
  /** Waits for a mail to the address; `nth` 1 is the first ever. */
  mail(to: string, nth?: number): Promise<Mail>
  /** Switches on an emulator's fault; see docs/emulators.md. */
  fault(service: 'stripe' | 'resend' | 'bunny', fault: Record<string, unknown>): Promise<void>
  clearFaults(service: 'stripe' | 'resend' | 'bunny'): Promise<void>
  close(): Promise<void>
}

/**
 * A whole workshop of its own: database copy, data folder, emulators, and the parts named. `ownPostgres` gives it
 * a server of its own that nobody restarts, for tests that stop or freeze it.
 */
export async function openWorld(options: {
  parts: PartName[]
  ownPostgres?: boolean
  env?: Record<string, string>
  /** Where the data folder is made; a small disk of its own for tests that fill it. */
  within?: string
}): Promise<World> {
  const dataDir = mkdtempSync(path.join(options.within ?? tmpdir(), 'werkstatt-world-'))
  const [web, stripe, resend, bunny] = (await claimTcpPorts(4)) as [number, number, number, number]
  const tcpPorts: TcpPorts = { web, stripe, resend, bunny }
  const postgres = options.ownPostgres ? await stoppableServer() : null
  const database = postgres ? await migrated(postgres) : await copyDatabase(inject('postgresUrl'))
  const env = { ...environmentOf(tcpPorts, database.url, dataDir), ...options.env }
  const platform = buildPlatform(readConfig({ ...env, LOG_LEVEL: 'silent' }), 'test')
  const running = new Map<PartName, TestProcess>()
  const bundles = inject('bundles')

  const launch = {
    emulators: () => ({
      args: [path.join(bundles, 'emulators.mjs')],
      own: emulatorEnvironment(tcpPorts, dataDir, platform.ctx.content.course().lessons, worldSeed),
    }),
    worker: () => ({ args: [path.join(bundles, 'worker.mjs')], own: {} }),
    web: () => ({
      args: [...heapArguments('web', SMALL_MACHINE_MB), bundleFile('server', false)],
      own: {},
      ready: async () => (await fetch(`${env.NEXT_PUBLIC_SITE_URL}/api/ready`)).status === 200,
    }),
  }
  async function start(name: PartName, extraEnv: Record<string, string> = {}, printsTo?: number): Promise<TestProcess> {
    const logFile = path.join(dataDir, `${name}.log`)
    const { own, ...how } = launch[name]()
    const part = await startProcess({ name, env: { ...env, ...own, ...extraEnv }, logFile, printsTo, ...how })
    running.set(name, part)
    return part
  }

  const others: TestProcess[] = []
  async function another(name: 'web' | 'worker', extraEnv: Record<string, string> = {}) {
    const port = await claimTcpPort()
    const url = `http://127.0.0.1:${port}`
    const part = await startProcess({
      name: `${name} ${others.length + 2}`,
      env: { ...env, PORT: String(port), ...extraEnv },
      logFile: path.join(dataDir, `${name}-${others.length + 2}.log`),
      ...launch[name](),
      ...(name === 'web' ? { ready: async () => (await fetch(`${url}/api/ready`)).status === 200 } : {}),
    })
    others.push(part)
    // A copy by spreading would freeze its getters.
    return Object.assign(Object.create(part) as TestProcess, { url })
  }

  const urls = {
    stripe: env.STRIPE_API_BASE_URL ?? '',
    resend: env.RESEND_BASE_URL ?? '',
    bunny: env.BUNNY_CDN_BASE_URL ?? '',
  }
  const mails = async (to: string): Promise<Mail[]> => {
    const response = await fetch(`${urls.resend}/inbox.json?to=${encodeURIComponent(to)}`)
    const body = (await response.json()) as Mail[] | { mails: Mail[] }
    return Array.isArray(body) ? body : body.mails
  }

  try {
    for (const name of options.parts) await start(name)
  } catch (error) {
    for (const part of running.values()) await part.kill('SIGKILL')
    throw error
  }

  return {
    url: env.NEXT_PUBLIC_SITE_URL ?? '',
    urls,
    secrets,
    dataDir,
    database,
    postgres,
    env,
    platform,
    ctx: { ...platform.ctx, requestId: 'test' },
    start,
    part: (name) => {
      const part = running.get(name)
      if (!part) throw new Error(`${name} was not started in this world`)
      return part
    },
    another,
    browser: (ip, url) =>
      openBrowser(
        url ?? env.NEXT_PUBLIC_SITE_URL ?? '',
        ip ?? `10.1.${Math.floor(Math.random() * 255)}.${Math.floor(Math.random() * 255)}`,
      ),
    mails,
    mail: (to, nth = 1) => until(`mail ${nth} to ${to}`, async () => (await mails(to)).at(-nth)),
    fault: (service, fault) => request(`${urls[service]}/_faults`, 'POST', fault),
    clearFaults: (service) => request(`${urls[service]}/_faults`, 'DELETE'),
    close: async () => {
      for (const part of [...running.values(), ...others].reverse()) await part.kill('SIGTERM')
      await platform.close().catch(() => {})
      await database.drop().catch(() => {})
      await postgres?.remove()
      if (!process.env.KEEP_WORLDS) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function migrated(postgres: StoppableServer): Promise<TestDatabase> {
  const { migrate } = await import('#libs/migrate.ts')
  const { createEmptyDatabase } = await import('./database.ts')
  await postgres.start()
  const database = await createEmptyDatabase(postgres.url)
  await migrate(database.url)
  return database
}

async function request(url: string, method: string, body?: unknown): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : undefined,
  })
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`)
}

export const readLog = (world: World, part: PartName) => readFileSync(path.join(world.dataDir, `${part}.log`), 'utf8')
