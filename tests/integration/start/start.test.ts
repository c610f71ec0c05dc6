import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildTree } from '#start/buildTree.ts'
import { isFree } from '#start/tcpPorts.ts'
import { root } from '../../kit/processes.ts'
import { claimTcpPorts } from '../../kit/tcpPorts.ts'
import { until } from '../../kit/until.ts'

/** The real `npm start`, in real processes, on folders and ports of its own. */

const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-start-'))
const dataDir = path.join(folder, 'data')
const started: ChildProcess[] = []
let port = 0

interface Run {
  child: ChildProcess
  stdout(): string
  stderr(): string
}

function run(settings: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['start/main.ts', '--ignore-env-file'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      WERKSTATT_DATA_DIR: dataDir,
      ...settings,
    } as unknown as NodeJS.ProcessEnv,
  })
  started.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return { child, stdout: () => stdout, stderr: () => stderr }
}

async function isReady(one: Run): Promise<void> {
  await until('the welcome', () => one.stdout().includes('Beenden mit Strg-C') || one.child.exitCode !== null)
  expect(one.child.exitCode, `${one.stdout()}${one.stderr()}`).toBeNull()
}

/** One refused start: its exit code and the sentence. */
async function refused(settings: Record<string, string>): Promise<{ code: number; sentence: string }> {
  const one = run(settings)
  const [code] = (await once(one.child, 'exit')) as [number]
  return { code, sentence: one.stderr() }
}

/** One sentence: one line, no stack. */
const oneLine = /^[^\n]+\.\n$/

const childrenOf = (pid: number): { pid: number; command: string }[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === pid)
    .map((match) => ({ pid: Number(match?.[1]), command: match?.[3] ?? '' }))

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const worker = (one: Run) => childrenOf(one.child.pid ?? 0).find(({ command }) => command.includes('worker.mjs'))

beforeAll(async () => {
  await buildTree(() => {})
  port = (await claimTcpPorts(4))[0] ?? 0
})

afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

describe('what a person can cure ends the start with one sentence', () => {
  test('a setting of the wrong form', async () => {
    const { code, sentence } = await refused({ STRIPE_SECRET_KEY: 'hallo' })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    expect(sentence).toContain('STRIPE_SECRET_KEY')
  })

  test('a half-set group names what is missing', async () => {
    const { code, sentence } = await refused({ BUNNY_STREAM_LIBRARY_ID: '123' })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    expect(sentence).toContain('BUNNY_STREAM_ACCESS_KEY')
  })

  test('a public site without keys is not emulated', async () => {
    const { code, sentence } = await refused({ NEXT_PUBLIC_SITE_URL: 'https://kurs.example.de' })
    expect(code).toBe(1)
    expect(sentence).toContain('STRIPE_SECRET_KEY')
  })

  test('a live key beside unfinished texts names every one of them', async () => {
    const { code, sentence } = await refused({
      STRIPE_SECRET_KEY: 'sk_live_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_PRICE_ID_LIVE_EUR: 'price_1',
      RESEND_API_KEY: 're_1',
      BUNNY_STREAM_LIBRARY_ID: '1',
      BUNNY_STREAM_ACCESS_KEY: 'a',
      NEXT_PUBLIC_SITE_URL: 'https://kurs.example.de',
    })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    for (const name of ['JWT_SECRET', 'ADMIN_EMAILS', 'MAIL_FROM', 'street', 'phone', 'content/operator.json'])
      expect(sentence).toContain(name)
  })

  test('a data folder that cannot be written', async () => {
    const file = path.join(folder, 'a-file')
    writeFileSync(file, '')
    const { code, sentence } = await refused({ WERKSTATT_DATA_DIR: file })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    expect(sentence).toContain(file)
    expect(sentence).toContain('WERKSTATT_DATA_DIR')
  })

  test.each([0, 2])('a busy port (the website + %i)', async (more) => {
    const server = createServer().listen(port + more, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { code, sentence } = await refused({ WERKSTATT_DATA_DIR: path.join(folder, 'busy') })
      expect(code).toBe(1)
      expect(sentence).toMatch(oneLine)
      expect(sentence).toContain(`Port ${port + more}`)
      expect(sentence).toContain('PORT=')
    } finally {
      server.close()
    }
  })

  test('a database that does not answer', async () => {
    const { code, sentence } = await refused({
      WERKSTATT_DATA_DIR: path.join(folder, 'foreign'),
      DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/x',
    })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    expect(sentence).toContain('DATABASE_URL')
    expect(sentence).not.toContain('nothing')
  })
})

describe('one life of a workshop', () => {
  let one: Run

  test('starts on a fresh folder and says where everything is', async () => {
    one = run()
    await isReady(one)
    for (const words of [`http://localhost:${port}`, '/admin', 'betreiber@werkstatt.test', '/inbox', '/dashboard'])
      expect(one.stdout()).toContain(words)
    expect(one.stdout()).toContain('Nachgestellt sind Stripe, Resend und Bunny')
    const ready = await fetch(`http://127.0.0.1:${port}/api/ready`)
    expect(await ready.json()).toEqual({ ready: true, degraded: [] })
    const status = await fetch(`http://127.0.0.1:${port}/api/status`)
    expect(await status.json()).toEqual({ ok: true, causes: [], warnings: [] })
    expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200)
  })

  test('keeps its secrets to itself', () => {
    for (const file of ['secrets.json', 'running.json'])
      expect(statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600)
    const { databasePassword, jwtSecret } = JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8'))
    for (const secret of [databasePassword, jwtSecret]) {
      expect(secret.length).toBeGreaterThan(30)
      expect(one.stdout()).not.toContain(secret)
    }
  })

  test('everybody on the machine may read the arguments of a process: no secret is in them', () => {
    const family = (pid: number): { command: string }[] =>
      childrenOf(pid).flatMap((child) => [child, ...family(child.pid)])
    const commands = family(one.child.pid ?? 0).map(({ command }) => command)
    expect(commands.some((command) => command.includes('emulators.mjs'))).toBe(true)
    const valuesIn = (thing: unknown): string[] =>
      typeof thing === 'object' && thing !== null ? Object.values(thing).flatMap(valuesIn) : [String(thing)]
    const kept = valuesIn(JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')))
    expect(kept.length).toBeGreaterThan(8)
    // The library's number is no secret.
    for (const secret of kept.filter((value) => value.length > 10))
      for (const command of commands) expect(command).not.toContain(secret)
  })

  test('a second start on the same folder is refused', async () => {
    const { code, sentence } = await refused({ PORT: String(port + 10) })
    expect(code).toBe(1)
    expect(sentence).toMatch(oneLine)
    expect(sentence).toContain(String(one.child.pid))
  })

  test('a killed worker comes back, and says so', async () => {
    const before = worker(one)?.pid ?? 0
    process.kill(before, 'SIGKILL')
    await until('the line about the worker', () => one.stdout().includes('worker is back'))
    expect(one.stdout()).toContain('worker stopped unexpectedly (SIGKILL)')
    expect(worker(one)?.pid).not.toBe(before)
  })

  test('kill -9 of the starter leaves nothing behind, and the next start works', async () => {
    const parts = childrenOf(one.child.pid ?? 0)
    expect(parts.length).toBeGreaterThanOrEqual(4)
    one.child.kill('SIGKILL')
    await until('every part to end', () => parts.every(({ pid }) => !isAlive(pid)))
    one = run()
    await isReady(one)
  })

  test('SIGTERM stops everything in order, with exit code 0', async () => {
    const parts = childrenOf(one.child.pid ?? 0)
    one.child.kill('SIGTERM')
    const [code] = (await once(one.child, 'exit')) as [number]
    expect(code).toBe(0)
    expect(parts.filter(({ pid }) => isAlive(pid))).toEqual([])
    expect(await isFree(port)).toBe(true)
  })
})
