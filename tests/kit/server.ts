import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { embeddedPostgres } from '#start/postgres.ts'
import { createSupervisor } from '#start/supervisor.ts'
import { claimTcpPort } from './tcpPorts.ts'

export interface PostgresServer {
  /** Superuser access to the maintenance database. */
  url: string
  /** Process id of the postmaster, for SIGSTOP and kill; null for a foreign server. */
  pid: number | null
  stop(): Promise<void>
}

/** A PostgreSQL of our own in a temporary folder, without the care for power cuts: tests throw it away. */
export async function startPostgres(): Promise<PostgresServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-test-'))
  const supervisor = createSupervisor(
    () => {},
    () => {},
  )
  const log = openSync(path.join(dataDir, 'postgres.log'), 'a')
  const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  writeFileSync(path.join(dataDir, 'postgres.port'), String(await claimTcpPort()))
  const server = await embeddedPostgres(supervisor, { dataDir, password: 'test', log, settings: careless })
  let pid: number | null = null
  await supervisor.keep({
    ...server.part,
    ready: async (child, gone) => {
      pid = child.pid ?? null
      await server.part.ready(child, gone)
    },
  })
  return {
    url: server.url,
    get pid() {
      return pid
    },
    stop: async () => {
      await supervisor.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
