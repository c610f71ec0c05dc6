import path from 'node:path'
import { ConfigError } from '#config'
import { isAppError } from '#errors'
import { readEnvFile, readRunning } from '#libs/envFile.ts'
import { demandPooler } from '#libs/pooler.ts'
import { ctxFor, platform } from '#platform'
import type { Ctx } from '#ports'

/**
 * `npm run cli -- <noun> <verb> …`: the operator's command line. One file per noun, each exporting `commands`. Works on
 * the running workshop of this data folder (the sandbox too), or on `DATABASE_URL`.
 */

type Commands = Record<string, (ctx: Ctx, args: string[]) => Promise<void>>

const nouns: Record<string, () => Promise<{ commands: Commands }>> = {
  content: () => import('./content.ts'),
  database: () => import('./database.ts'),
  event: () => import('./event.ts'),
  mail: () => import('./mail.ts'),
  order: () => import('./order.ts'),
  person: () => import('./person.ts'),
  reconcile: () => import('./reconcile.ts'),
  video: () => import('./video.ts'),
}

/** Nouns that must work on broken settings, or without a database. */
const needNoPlatform = new Set(['content'])

function loadSettings(): void {
  const settings = readEnvFile(process.cwd(), process.env)
  const dataDir = path.resolve(settings.WERKSTATT_DATA_DIR || '.werkstatt')
  const running = readRunning(dataDir)
  const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== '')
  Object.assign(process.env, running ?? {}, Object.fromEntries(given), { LOG_LEVEL: settings.LOG_LEVEL || 'warn' })
  if (running || process.env.DATABASE_URL) return
  throw new ConfigError(
    `The workshop does not run on ${dataDir}. Start it with \`npm start\`, or set DATABASE_URL and the keys in .env.local.`,
  )
}

async function usage(): Promise<never> {
  const lines = ['Usage: npm run cli -- <noun> <verb> …', '', '  doctor']
  for (const [noun, load] of Object.entries(nouns))
    for (const verb of Object.keys((await load()).commands)) lines.push(`  ${noun} ${verb}`)
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(2)
}

async function main([noun = '', verb = '', ...args]: string[]): Promise<void> {
  if (noun === 'doctor') {
    const { doctor } = await import('./doctor.ts')
    process.exitCode = await doctor(readEnvFile(process.cwd(), process.env))
    return
  }
  const commands = (await nouns[noun]?.())?.commands
  // A noun with a single command needs no verb.
  const command = commands?.[verb] ?? commands?.['']
  if (!command) return usage()
  if (!commands?.[verb] && verb) args.unshift(verb)
  if (needNoPlatform.has(noun)) return command({} as Ctx, args)
  loadSettings()
  const here = platform('cli')
  await demandPooler(here.config)
  await command(ctxFor(`cli-${crypto.randomUUID()}`), args).finally(() => here.close())
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: Error) => {
    const known = error instanceof ConfigError || isAppError(error)
    process.stderr.write(`${known ? error.message : error.stack}\n`)
    process.exit(1)
  },
)
