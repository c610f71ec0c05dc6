import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { embeddedPostgres } from '#start/postgres.ts'
import { createSupervisor } from '#start/supervisor.ts'

/** A PostgreSQL that nobody restarts: tests stop it, freeze it, and bring it back. */
export interface StoppableServer {
  url: string
  start(): Promise<void>
  /** Ends the server as a power switch would end its service: clients lose their connections, the port is closed. */
  stop(): Promise<void>
  /** SIGSTOP for the postmaster and every backend: connections stay open and nothing answers. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

export async function stoppableServer(): Promise<StoppableServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-stoppable-'))
  mkdirSync(path.join(dataDir, 'logs'))
  const supervisor = createSupervisor(
    () => {},
    () => {},
  )
  const log = openSync(path.join(dataDir, 'postgres.log'), 'a')
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
    freeze: () => {
      frozen = true
      signalFamily(child!.pid!, 'SIGSTOP')
    },
    thaw: () => {
      frozen = false
      signalFamily(child!.pid!, 'SIGCONT')
    },
    remove: async () => {
      await self.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return self
}

/** The postmaster and its backends (each backend is a session of its own, so no group reaches them). */
function signalFamily(postmaster: number, signal: NodeJS.Signals): void {
  process.kill(postmaster, signal)
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' })
  for (const pid of stdout.split(/\s+/).filter(Boolean).map(Number)) {
    try {
      process.kill(pid, signal)
    } catch {
      // A backend that ended meanwhile.
    }
  }
}
