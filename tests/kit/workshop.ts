import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from './processes.ts'
import { claimTcpPorts } from './tcpPorts.ts'
import { until } from './until.ts'

/** The product as a stranger has it: `npm start` on a fresh data folder, with every part under its own limits. */
export interface Workshop {
  url: string
  urls: { stripe: string; resend: string; bunny: string }
  dataDir: string
  /** What the starter printed. */
  printed(): string
  /** Everything a part printed. */
  log(part: string): string
  /** The process of a part by a piece of its command, `build/server.mjs`; 0 when there is none. */
  pid(command: string): number
  stop(): Promise<void>
}

const READY_MS = 180_000

/** `env` is added to the environment; with `clean` the shell's settings are left out. */
export async function startWorkshop(
  options: { env?: Record<string, string>; clean?: boolean; within?: string } = {},
): Promise<Workshop> {
  // The emulators take the next three ports.
  const port = (await claimTcpPorts(4))[0] ?? 0
  const dataDir = mkdtempSync(path.join(options.within ?? tmpdir(), 'werkstatt-shop-'))
  const url = `http://127.0.0.1:${port}`
  const { PATH, HOME, TZ } = process.env
  const child = spawn(process.execPath, ['start/main.ts', '--ignore-env-file'], {
    cwd: root,
    env: {
      ...(options.clean ? { PATH, HOME, TZ } : process.env),
      PORT: String(port),
      WERKSTATT_DATA_DIR: dataDir,
      NEXT_PUBLIC_SITE_URL: url,
      // Tests act as a proxy and give each buyer an address; otherwise the limits would count all as one person.
      TRUSTED_PROXY_HOPS: '1',
      ...options.env,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await until(
    'the workshop to be ready',
    async () => {
      if (child.exitCode !== null) throw new Error(printed)
      return printed.includes('Beenden mit Strg-C') && (await fetch(`${url}/api/ready`)).ok
    },
    { withinMs: READY_MS, everyMs: 200 },
  ).catch((error: Error) => {
    child.kill('SIGTERM')
    throw new Error(`${error.message}\n${printed}`)
  })
  return {
    url,
    urls: {
      stripe: `http://127.0.0.1:${port + 1}`,
      resend: `http://127.0.0.1:${port + 2}`,
      bunny: `http://127.0.0.1:${port + 3}`,
    },
    dataDir,
    printed: () => printed,
    log: (part) => {
      const file = path.join(dataDir, 'logs', `${part}.log`)
      return existsSync(file) ? readFileSync(file, 'utf8') : ''
    },
    pid: (command) => childOf(child, command),
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      if (!process.env.KEEP_WORLDS) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function childOf(parent: ChildProcess, command: string): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  for (const row of rows) {
    const [, pid, of, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? []
    if (Number(of) === parent.pid && args.includes(command)) return Number(pid)
  }
  return 0
}
