import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { embeddedPostgres } from '#start/postgres.ts'
import { createSupervisor } from '#start/supervisor.ts'
import { claimTcpPort } from './tcpPorts.ts'

/** A PostgreSQL that nobody restarts: tests stop it, freeze it, and bring it back. */
export interface StoppableServer {
  url: string
  start(): Promise<void>
  /** Ends the server as a power switch would end its service: clients lose their connections, the port is closed. */
  stop(): Promise<void>
  /** SIGKILL for the postmaster; its backends notice and end. The next `start` recovers from the log. */
  kill(): Promise<void>
  /** SIGKILL for one session's backend: PostgreSQL then throws everybody out and recovers by itself. */
  killBackend(): void
  /** SIGSTOP for the postmaster and every backend: connections stay open and nothing answers. */
  freeze(): void
  thaw(): void
  /** Comes back as a standby that follows nobody: reads are answered, writes refused with 25006. */
  demote(): Promise<void>
  promote(): Promise<void>
  remove(): Promise<void>
}

export async function stoppableServer(
  dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-stoppable-')),
): Promise<StoppableServer> {
  mkdirSync(path.join(dataDir, 'logs'))
  const supervisor = createSupervisor(
    () => {},
    () => {},
  )
  const log = openSync(path.join(dataDir, 'postgres.log'), 'a')
  writeFileSync(path.join(dataDir, 'postgres.port'), String(await claimTcpPort()))
  const server = await embeddedPostgres(supervisor, { dataDir, password: 'test', log, settings: ['fsync=off'] })
  let child: ChildProcess | null = null
  let frozen = false
  const self: StoppableServer = {
    url: server.url,
    start: async () => {
      const { file, args, env, output } = await server.part.launch()
      const started = spawn(file, args, {
        env: env as NodeJS.ProcessEnv,
        detached: true,
        stdio: ['ignore', output, output],
      })
      child = started
      const gone = new AbortController()
      started.once('exit', () => gone.abort())
      await server.part.ready(started, gone.signal)
    },
    stop: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      if (frozen) self.thaw()
      const exited = once(child, 'exit')
      child.kill('SIGINT')
      await exited
    },
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      const family = childrenOf(child.pid!)
      child.kill('SIGKILL')
      await exited
      // The memory they share must be free before the next start.
      while (family.some(isAlive)) await sleep(20)
    },
    killBackend: () => {
      const last = childrenOf(child?.pid ?? 0).at(-1)
      if (last) process.kill(last, 'SIGKILL')
    },
    freeze: () => {
      frozen = true
      signalFamily(child!.pid!, 'SIGSTOP')
    },
    thaw: () => {
      frozen = false
      signalFamily(child!.pid!, 'SIGCONT')
    },
    demote: async () => {
      await self.stop()
      const signal = path.join(dataDir, 'postgres', 'standby.signal')
      writeFileSync(signal, '')
      const { uid, gid } = statSync(path.join(dataDir, 'postgres', 'PG_VERSION'))
      chownSync(signal, uid, gid)
      await self.start()
    },
    promote: async () => {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      await client.query('select pg_promote()')
      await client.end()
    },
    remove: async () => {
      await self.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return self
}

/** Oldest first, so the last one serves a session if anybody is connected. */
function childrenOf(postmaster: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' })
  return stdout.split(/\s+/).filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The postmaster and its backends (each backend is a session of its own, so no group reaches them). */
function signalFamily(postmaster: number, signal: NodeJS.Signals): void {
  process.kill(postmaster, signal)
  for (const pid of childrenOf(postmaster)) {
    try {
      process.kill(pid, signal)
    } catch {
      // A backend that ended meanwhile.
    }
  }
}
