import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { ConfigError, decideSandbox, type Environment, isLoopback, parseEnvironment, type Service } from '#config'
import { waitingForPrice } from '#domain/sales/waitingForPrice.ts'
import type { RawSettings } from '#libs/envFile.ts'
import { createLog } from '#libs/log.ts'
import { poolerRefusal, probePooler } from '#libs/pooler.ts'
import { createDatabase } from '#libs/postgres.ts'
import { probeDatabase } from '#libs/schemaProbe.ts'
import { broken, type Finding, fine, weak } from './doctorFinding.ts'

const LEAST_NODE = 24

/** Everything that can be checked without asking a service. `env` is null when the settings cannot be read at all. */
export function checkSettings(raw: RawSettings): { findings: Finding[]; env: Environment | null; emulated: Service[] } {
  const findings: Finding[] = [checkNode()]
  try {
    const env = parseEnvironment(raw)
    const { emulated, siteUrl } = decideSandbox(env)
    const sandbox = emulated.length > 0
    findings.push(fine('settings', 'Every setting has its form.'))
    findings.push(checkSite(siteUrl), checkDataDir(env))
    if (env.JWT_SECRET) findings.push(fine('keys', 'JWT_SECRET is set.'))
    else if (env.STRIPE_SECRET_KEY?.includes('_live_'))
      findings.push(
        broken(
          'keys',
          'JWT_SECRET is not set beside a live Stripe key.',
          'put `openssl rand -base64 48` into JWT_SECRET.',
        ),
      )
    else findings.push(fine('keys', 'JWT_SECRET is not set; `npm start` keeps one in the data folder.'))
    findings.push(
      env.STRIPE_INVOICES === 'on'
        ? fine('invoices', 'Stripe writes one for every paid order; its name and address come from the Stripe account.')
        : fine('invoices', 'STRIPE_INVOICES is off: orders get the confirmation, no invoice.'),
    )
    if (!env.ADMIN_EMAILS && !sandbox)
      findings.push(weak('admin', 'Nobody may see the admin area.', 'set ADMIN_EMAILS to your own address.'))
    return { findings, env, emulated }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings.push(broken('settings', error.message, 'correct this setting in .env.local, then run the doctor again.'))
    return { findings, env: null, emulated: [] }
  }
}

function checkNode(): Finding {
  const major = Number.parseInt(process.versions.node, 10)
  return major >= LEAST_NODE
    ? fine('node', `Node ${process.versions.node}.`)
    : broken(
        'node',
        `Node ${process.versions.node} is too old.`,
        'run `npm ci` again; it brings Node 24 for npm scripts.',
      )
}

function checkSite(siteUrl: string): Finding {
  const { protocol, hostname } = new URL(siteUrl)
  if (isLoopback(hostname)) return fine('site', `${siteUrl}, reachable from this machine only.`)
  return protocol === 'https:'
    ? fine('site', siteUrl)
    : broken(
        'site',
        `${siteUrl} is public, but not encrypted: browsers refuse the session cookie.`,
        'serve it by https and set NEXT_PUBLIC_SITE_URL to that address.',
      )
}

function checkDataDir(env: Environment): Finding {
  const dataDir = path.resolve(env.WERKSTATT_DATA_DIR ?? '.werkstatt')
  const nearest = existsSync(dataDir) ? dataDir : path.dirname(dataDir)
  try {
    accessSync(nearest, constants.W_OK)
    return fine('data', `${dataDir} can be written.`)
  } catch {
    return broken('data', `${dataDir} cannot be written.`, 'correct its permissions, or set WERKSTATT_DATA_DIR.')
  }
}

/** Connects, asks for the version and the migrations. */
export async function checkDatabase(env: Environment): Promise<Finding[]> {
  if (!env.DATABASE_URL) return [fine('database', 'DATABASE_URL is empty: `npm start` brings its own PostgreSQL.')]
  try {
    const { version, major, schema } = await probeDatabase(env.DATABASE_URL)
    if (major < 15)
      return [
        broken(
          'database',
          `PostgreSQL ${version} is too old.`,
          'use version 15 or newer, or leave DATABASE_URL empty.',
        ),
      ]
    if (schema === 'old' || schema === 'empty')
      return [
        broken(
          'database',
          `PostgreSQL ${version} answers, but its schema is ${schema}.`,
          'run `npm run cli -- database migrate`; `npm start` does it by itself.',
        ),
      ]
    const found = fine('database', `PostgreSQL ${version}, schema ${schema}.`)
    return [found, ...(await checkPooler(env)), ...(schema === 'current' ? await checkOrders(env.DATABASE_URL) : [])]
  } catch (error) {
    const reason = (error as Error).message || (error as { code?: string }).code
    return [
      broken(
        'database',
        `No answer: ${reason}.`,
        'check host, port, user and password in DATABASE_URL, and that the server runs.',
      ),
    ]
  }
}

/** Finds orders that are parked because their price is not known as the course's. */
async function checkOrders(url: string): Promise<Finding[]> {
  const database = createDatabase({ url, log: createLog('doctor', 'silent'), maxConnections: 1 })
  try {
    const orders = await waitingForPrice(database.db)
    if (orders === 0) return []
    return [
      weak(
        'orders',
        `${orders} paid ${orders === 1 ? 'order opens' : 'orders open'} nothing: the price is not known as the course's.`,
        'if it is one (of former years, of a presale), give it the metadata opens_course = kurs in the Stripe Dashboard, and its orders open by themselves; else refund. The admin area lists them („wartet auf dich“).',
      ),
    ]
  } finally {
    await database.close()
  }
}

/** Checks whether a pooler in front of the server, if there is one, works with us. */
async function checkPooler(env: Environment): Promise<Finding[]> {
  const databaseUrl = env.DATABASE_URL ?? ''
  const directUrl = env.DATABASE_DIRECT_URL ?? databaseUrl
  try {
    const refusal = await poolerRefusal({ databaseUrl, directUrl })
    if (refusal) {
      const [text = '', ...cure] = refusal.split('. ')
      return [
        broken('pooler', `${text}.`, `${cure.join('. ')} Every part of the workshop refuses to start until then.`),
      ]
    }
    const { mode } = await probePooler(databaseUrl)
    return mode === 'none' ? [] : [fine('pooler', `DATABASE_URL leads through a pooler in ${mode} mode, which works.`)]
  } catch (error) {
    const reason = (error as Error).message || (error as { code?: string }).code
    return [
      broken('pooler', `No answer: ${reason}.`, 'check DATABASE_DIRECT_URL, and that the pooler has free servers.'),
    ]
  }
}
