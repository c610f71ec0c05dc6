import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { claimTcpPort } from './tcpPorts.ts'
import { until } from './until.ts'

export interface Bouncer {
  /** The same database, through the pooler. */
  url: string
  stop(): Promise<void>
}

const program = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer'
const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
/** Debian's package, which `.ci/run` installs; `1018` for 1.18; null where there is none. */
export const pgbouncerVersion = ((found) => (found ? Number(found[1]) * 1000 + Number(found[2]) : null))(
  /(\d+)\.(\d+)/.exec(stdout ?? ''),
)
/** True when this version can keep prepared statements in transaction mode. */
export const keepsStatements = (pgbouncerVersion ?? 0) >= 1021
/** Settings under which no version keeps them. */
export const forgetful = keepsStatements ? ['max_prepared_statements = 0'] : []

/** PgBouncer in front of a database, as Debian ships it, with `lines` added to its settings. */
export async function startPgbouncer(
  target: string,
  mode: 'session' | 'transaction',
  lines: string[] = [],
): Promise<Bouncer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-pgbouncer-'))
  const file = path.join(folder, 'pgbouncer.ini')
  const port = await claimTcpPort()
  const { hostname, port: serverPort, pathname, username, password } = new URL(target)
  const database = pathname.slice(1)
  // An empty word after `password=` is a syntax error to it, and a server that trusts everybody has none.
  const secret = password && ` password=${password}`
  const server = `host=${hostname} port=${serverPort} dbname=${database} user=${username}${secret}`
  const settings = [
    '[databases]',
    `${database} = ${server}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    ...lines,
  ]
  writeFileSync(file, settings.join('\n'))
  chmodSync(folder, 0o755)
  // It refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
  const [command = program, ...args] = [...asUser, program, file]
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await until('pgbouncer to listen or to end', async () => {
    if (child.exitCode !== null) return true
    const socket = connect(port, '127.0.0.1')
    return Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).finally(
      () => socket.destroy(),
    )
  })
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}: ${said}`)
  return {
    url: `postgres://${username}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
