import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { runningFile } from '#libs/envFile.ts'
import { neverWaitForOutput } from '#libs/output.ts'
import { environmentNames } from '../config.ts'
import { ensureBuilt } from './build.ts'
import { watchBundles } from './bundles.ts'
import { lockDataDir, prepareDataDir } from './dataDir.ts'
import { openLogs } from './logs.ts'
import { emulatorsPart, runMigration, webPart, workerPart } from './parts.ts'
import { type Intent, intend, type Plan, plan, tcpPortsOf } from './plan.ts'
import { embeddedPostgres } from './postgres.ts'
import { welcome } from './print.ts'
import { roomIn } from './room.ts'
import { readSecrets } from './secrets.ts'
import { fail, Stopped } from './sentence.ts'
import { readSettings, root } from './settings.ts'
import { createSupervisor } from './supervisor.ts'
import { demandTcpPorts } from './tcpPorts.ts'

/**
 * `npm start` and `npm run dev`: every part in order (PostgreSQL, schema, emulators, web, worker), kept alive,
 * stopped in reverse. Whatever a person can cure ends the start with one sentence and exit code 1.
 */

/** npm repeats a Ctrl-C that the terminal has sent us already; only one after this time means „at once“. */
const ECHO_MS = 400

// A terminal that went away or a full disk must not end what runs behind it.
neverWaitForOutput('start')
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const began = performance.now()
  process.chdir(root)
  const intent = intend(readSettings(), process.argv.includes('--dev'))
  prepareDataDir(intent.dataDir)
  const room = roomIn(intent.dataDir)
  if (!room.has()) say(`There is no space left in ${room.folder}. The workshop starts when there is.`)
  await room.comes()
  const lock = lockDataDir(intent.dataDir)
  process.once('exit', () => {
    rmSync(runningFile(intent.dataDir), { force: true })
    lock.release()
  })
  const logs = openLogs(intent.dataDir)

  const supervisor = createSupervisor(say, () => leave(1), room)
  let stopAsked = 0
  const leave = (code: number) => {
    const first = !supervisor.stopping
    void supervisor.stop().then(() => process.exit(code))
    return first
  }
  const asked = () => {
    if (leave(0)) {
      stopAsked = performance.now()
      say('\nEverything stops in order. Once more Ctrl-C: at once.')
    } else if (performance.now() - stopAsked > ECHO_MS) supervisor.stopNow()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked)

  try {
    await demandTcpPorts(tcpPortsOf(intent), { host: intent.host, patient: lock.crashed })
    const secrets = readSecrets(intent.dataDir)
    await prepareCode(intent, supervisor, logs)
    const databaseUrl = intent.env.DATABASE_URL ?? (await startPostgres(intent, secrets.databasePassword))
    const complete = plan(intent, secrets, databaseUrl)
    announce(complete)
    const output = (name: string) => (intent.dev ? 'inherit' : logs.of(name).fd)

    const schema = runMigration(supervisor, complete, logs.of('migrate').fd)
    await Promise.all([
      intent.emulated.length > 0 && supervisor.keep(emulatorsPart(complete, output('emulators'))),
      supervisor.keep(webPart(complete, output('web'), schema)),
      schema.then(() => supervisor.keep(workerPart(complete, output('worker')))),
    ])
    say(welcome(complete, (performance.now() - began) / 1000))
    process.send?.({ type: 'ready' })
  } catch (error) {
    if (error instanceof Stopped) return
    await supervisor.stop()
    throw error
  }

  async function startPostgres({ dataDir }: Intent, password: string): Promise<string> {
    const { part, url } = await embeddedPostgres(supervisor, { dataDir, password, log: logs.of('postgres').fd })
    await supervisor.keep(part)
    return url
  }
}

/** Lets the command line find database and emulators of this run; as secret as `secrets.json`. */
function announce({ dataDir, environment }: Plan): void {
  const settings = Object.fromEntries(environmentNames.map((name) => [name, environment[name]]))
  const file = runningFile(dataDir)
  writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, settings }), { mode: 0o600 })
  // Renamed when complete: on a full disk there would otherwise be half a file.
  renameSync(`${file}.new`, file)
}

/** Production: a build, unless there is one of exactly these sources. Development: bundles that follow every change. */
async function prepareCode(
  { dev }: Intent,
  supervisor: ReturnType<typeof createSupervisor>,
  logs: ReturnType<typeof openLogs>,
): Promise<void> {
  if (dev) {
    const restart = (names: string[]) => {
      for (const name of names) supervisor.restart(name)
    }
    return watchBundles(restart, say)
  }
  await ensureBuilt(supervisor, logs.of('build'), say)
}

main().catch(fail)
