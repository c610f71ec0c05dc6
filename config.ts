import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'

/**
 * The only reader of `process.env`. Parses the whole environment once; empty values and placeholders
 * (`…`, `<…>`) count as absent. Throws `ConfigError` with one sentence that names variable and cure.
 */
export class ConfigError extends Error {}

const placeholder = /^(|…+|\.{3}|<.*>|\S*…\S*)$/
const secret = (minimum: number) => z.string().min(minimum)

const listOf = (text: string) => text.split(',').flatMap((one) => one.trim() || [])

/** An address, or one with the number of bits that count: `10.0.0.0/8`. */
function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}

/** Close enough to find a slip in an address; Resend and Stripe take only plain letters before the @. */
const isMailbox = (text: string) => /^[!#-+\--;=?A-~]+@[^\s@<>,]+\.[^\s@<>,]+$/.test(text)
/** An address, or `Name <address>`. */
const isSender = (text: string) => isMailbox(/^[^<>]*<([^<>]*)>$/.exec(text)?.[1] ?? text)

/** A proxy of our own stands on this machine or in its network. */
const nearby = '127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7,fe80::/10'

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//)
  .optional()

const environment = z.object({
  JWT_SECRET: secret(32).optional(),
  JWT_SECRET_PREVIOUS: secret(32).optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_/)
    .optional(),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_').optional(),
  STRIPE_WEBHOOK_SECRET_PREVIOUS: z.string().startsWith('whsec_').optional(),
  STRIPE_PRICE_ID_LIVE_EUR: z.string().optional(),
  STRIPE_API_BASE_URL: z.url().optional(),
  STRIPE_INVOICES: z.enum(['on', 'off']).optional(),
  RESEND_API_KEY: z.string().startsWith('re_').optional(),
  MAIL_FROM: z.string().refine(isSender).optional(),
  MAIL_REPLY_TO: z.string().refine(isSender).optional(),
  RESEND_WEBHOOK_SECRET: z.string().startsWith('whsec_').optional(),
  RESEND_WEBHOOK_SECRET_PREVIOUS: z.string().startsWith('whsec_').optional(),
  RESEND_BASE_URL: z.url().optional(),
  BUNNY_STREAM_LIBRARY_ID: z.string().regex(/^\d+$/).optional(),
  BUNNY_STREAM_ACCESS_KEY: z.string().optional(),
  BUNNY_STREAM_READ_ONLY_KEY: z.string().optional(),
  BUNNY_CDN_BASE_URL: z.url().optional(),
  BUNNY_TOKEN_KEY: z.string().optional(),
  BUNNY_STREAM_API_BASE_URL: z.url().optional(),
  NEXT_PUBLIC_SITE_URL: z.url().optional(),
  DATABASE_URL: postgresUrl,
  DATABASE_DIRECT_URL: postgresUrl,
  WERKSTATT_DATA_DIR: z.string().optional(),
  PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  ADMIN_EMAILS: z
    .string()
    .refine((list) => listOf(list).every(isMailbox))
    .optional(),
  HOST: z
    .string()
    .refine((host) => host === 'localhost' || isIP(host) !== 0)
    .optional(),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).optional(),
  TRUSTED_PROXIES: z
    .string()
    .refine((list) => listOf(list).every(isRange))
    .optional(),
  WERKSTATT_MEMORY_MB: z.coerce.number().int().min(256).max(1_048_576).optional(),
  WERKSTATT_SANDBOX: z.enum(['auto', 'off']).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
  /** Written by the supervisor for its children: which services are emulated, and where their pages are. */
  WERKSTATT_EMULATED: z.string().optional(),
  WERKSTATT_EMULATOR_PAGES: z.string().optional(),
  /**
   * Written by the starter for web and worker: MB of the heap of the thread that draws documents (`start/limits.ts`).
   */
  WERKSTATT_PAPER_MB: z.coerce.number().int().min(8).optional(),
  /** Fault tests only: the crash point that kills this process once (docs/decisions/crashPoints.md). */
  WERKSTATT_CRASH_AT: z.string().optional(),
})

export type Environment = z.infer<typeof environment>

/** Every variable we know; the supervisor hands all of them to its children, absent ones empty. */
export const environmentNames = Object.keys(environment.shape)

export const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host)

const cures: Partial<Record<keyof Environment, string>> = {
  JWT_SECRET: 'It needs at least 32 characters: `openssl rand -base64 48` makes one.',
  STRIPE_SECRET_KEY: 'It must begin with sk_ or rk_ and is on dashboard.stripe.com/apikeys.',
  STRIPE_WEBHOOK_SECRET: 'It must begin with whsec_; `stripe listen` prints one.',
  STRIPE_INVOICES: 'It is `on` or `off`.',
  RESEND_API_KEY: 'It must begin with re_ and is on resend.com/api-keys.',
  NEXT_PUBLIC_SITE_URL: 'Give the full public address, for example https://kurs.example.de.',
  DATABASE_URL: 'Give postgres://user:password@host:5432/database, or leave it empty for the embedded server.',
  DATABASE_DIRECT_URL:
    'Give postgres://user:password@host:5432/database, or leave it empty where DATABASE_URL is no pooler.',
  PORT: 'Give a number from 1 to 65535.',
  ADMIN_EMAILS: 'Give addresses with commas between them, for example betrieb@example.de,mara@example.de.',
  MAIL_FROM: 'Give an address, or a name with one: Die Werkstatt <werkstatt@example.de>.',
  MAIL_REPLY_TO: 'Give an address, or a name with one: Die Werkstatt <werkstatt@example.de>.',
  HOST: 'Give an address of this machine: 127.0.0.1 (the default) behind a proxy on it, 0.0.0.0 for every network.',
  TRUSTED_PROXIES: 'Give addresses or ranges with commas between them, for example 10.0.0.0/8,192.0.2.4.',
  WERKSTATT_MEMORY_MB: 'Give the megabytes that the workshop may plan with, at least 256.',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'Give the base address of the collector, for example http://127.0.0.1:4318.',
  WERKSTATT_SANDBOX: 'It is `auto` or `off`.',
}

/** Shape-checks raw variables. Shared by supervisor, processes and doctor. */
export function parseEnvironment(raw: Record<string, string | undefined>): Environment {
  const present = Object.fromEntries(
    Object.keys(environment.shape)
      .map((name) => [name, raw[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && !placeholder.test(value)),
  )
  const parsed = environment.safeParse(present)
  if (parsed.success) return parsed.data
  const name = String(parsed.error.issues[0]?.path[0] ?? '?') as keyof Environment
  throw new ConfigError(
    `The setting ${name} is not usable. ${cures[name] ?? 'Look at .env.local.example for its form.'}`,
  )
}

const required = {
  Stripe: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_PRICE_ID_LIVE_EUR'],
  Resend: ['RESEND_API_KEY'],
  Bunny: ['BUNNY_STREAM_LIBRARY_ID', 'BUNNY_STREAM_ACCESS_KEY'],
} as const satisfies Record<string, (keyof Environment)[]>

export type Service = 'stripe' | 'resend' | 'bunny'

/**
 * Decides which services are emulated with sandbox `auto`: only those without any key, only on a loopback site, only
 * without a live key. Throws `ConfigError` for a half-set group.
 */
export function decideSandbox(env: Environment): { emulated: Service[]; siteUrl: string; port: number } {
  const port = env.PORT ?? 3000
  const siteUrl = (env.NEXT_PUBLIC_SITE_URL ?? `http://localhost:${port}`).replace(/\/+$/, '')
  const emulated: Service[] = []
  for (const [service, names] of Object.entries(required)) {
    const missing = names.filter((name) => env[name] === undefined)
    if (missing.length === 0) continue
    if (missing.length < names.length)
      throw new ConfigError(
        `${service} is only half set: ${missing.join(', ')} is missing. Set it in .env.local, or remove the others to use the emulator.`,
      )
    emulated.push(service.toLowerCase() as Service)
  }
  if (emulated.length === 0) return { emulated, siteUrl, port }
  const missing = Object.entries(required)
    .filter(([service]) => emulated.includes(service.toLowerCase() as Service))
    .flatMap(([, names]) => names)
    .join(', ')
  if (env.WERKSTATT_SANDBOX === 'off')
    throw new ConfigError(`WERKSTATT_SANDBOX is off, but ${missing} is not set. Set it in .env.local.`)
  if (!isLoopback(new URL(siteUrl).hostname))
    throw new ConfigError(
      `${siteUrl} is a public address, so nothing is emulated, but ${missing} is not set. Set it in .env.local, or use http://localhost:${port}.`,
    )
  if (env.STRIPE_SECRET_KEY?.includes('_live_'))
    throw new ConfigError(
      `A live Stripe key is set, so nothing is emulated, but ${missing} is not set. Set it in .env.local, or use a test key.`,
    )
  if (!isLoopback(env.HOST ?? '127.0.0.1'))
    throw new ConfigError(
      `HOST=${env.HOST} would open emulated services to the network. Leave it empty, or set the keys of ${missing}.`,
    )
  return { emulated, siteUrl, port }
}

export interface Config {
  siteUrl: string
  port: number
  /** The address that the web listens on. */
  host: string
  dataDir: string
  /** MB of the heap of the thread that draws documents; null for a process that nobody told. */
  paperHeapMb: number | null
  databaseUrl: string
  /** For LISTEN and migrations: the server itself if `databaseUrl` leads to a pooler, else the same address. */
  directUrl: string
  logLevel: string
  /** Base address of an OpenTelemetry collector; null: nothing is exported. */
  otlpEndpoint: string | null
  jwtSecret: string
  jwtSecretPrevious: string | null
  trustedProxyHops: number
  /** Addresses and ranges whose forwarded headers count. */
  trustedProxies: string[]
  adminEmails: string[]
  emulated: Service[]
  emulatorPages: { stripe?: string; mailbox?: string; bunny?: string }
  /** Only where Stripe and Resend are emulated; null everywhere else. */
  crashAt: string | null
  stripe: {
    secretKey: string
    webhookSecrets: string[]
    price: { id?: string; lookupKey?: string }
    apiBaseUrl: string | null
    livemode: boolean
    /** Stripe writes an invoice for every paid order. */
    invoices: boolean
  }
  resend: {
    apiKey: string
    from: string
    replyTo: string | null
    webhookSecret: string | null
    /** Accepted too while the secret is being changed; without the current one it counts for nothing. */
    webhookSecretPrevious?: string | null
    baseUrl: string | null
  }
  bunny: {
    libraryId: string
    accessKey: string
    readOnlyKey: string | null
    cdnBaseUrl: string | null
    tokenKey: string | null
    apiBaseUrl: string
  }
}

function need(env: Environment, name: keyof Environment): string {
  const value = env[name]
  if (value === undefined)
    throw new ConfigError(
      `${name} is not set. \`npm start\` sets it for you; a single role needs it in .env.local or the environment.`,
    )
  return String(value)
}

/** What one running process (web, worker, CLI) needs. The supervisor has filled in emulators, database and secrets. */
export function readConfig(raw: Record<string, string | undefined> = process.env): Config {
  const env = parseEnvironment(raw)
  const port = env.PORT ?? 3000
  const priceRef = need(env, 'STRIPE_PRICE_ID_LIVE_EUR')
  const secretKey = need(env, 'STRIPE_SECRET_KEY')
  const emulated = (env.WERKSTATT_EMULATED?.split(',').filter(Boolean) ?? []) as Service[]
  return {
    siteUrl: (env.NEXT_PUBLIC_SITE_URL ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir: path.resolve(/*turbopackIgnore: true*/ env.WERKSTATT_DATA_DIR ?? '.werkstatt'),
    paperHeapMb: env.WERKSTATT_PAPER_MB ?? null,
    databaseUrl: need(env, 'DATABASE_URL'),
    directUrl: env.DATABASE_DIRECT_URL ?? need(env, 'DATABASE_URL'),
    logLevel: env.LOG_LEVEL ?? 'info',
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    jwtSecret: need(env, 'JWT_SECRET'),
    jwtSecretPrevious: env.JWT_SECRET_PREVIOUS ?? null,
    trustedProxyHops: env.TRUSTED_PROXY_HOPS ?? 0,
    trustedProxies: listOf(env.TRUSTED_PROXIES ?? nearby),
    adminEmails: (env.ADMIN_EMAILS ?? (env.WERKSTATT_EMULATED ? 'betreiber@werkstatt.test' : ''))
      .split(',')
      .map((address) => address.trim().toLowerCase())
      .filter(Boolean),
    emulated,
    emulatorPages: env.WERKSTATT_EMULATOR_PAGES ? JSON.parse(env.WERKSTATT_EMULATOR_PAGES) : {},
    crashAt:
      emulated.includes('stripe') && emulated.includes('resend') && !secretKey.includes('_live_')
        ? (env.WERKSTATT_CRASH_AT ?? null)
        : null,
    stripe: {
      secretKey,
      webhookSecrets: [need(env, 'STRIPE_WEBHOOK_SECRET'), env.STRIPE_WEBHOOK_SECRET_PREVIOUS].filter(
        (value) => value !== undefined,
      ),
      price: priceRef.startsWith('price_') ? { id: priceRef } : { lookupKey: priceRef },
      apiBaseUrl: env.STRIPE_API_BASE_URL ?? null,
      livemode: secretKey.includes('_live_'),
      invoices: env.STRIPE_INVOICES === 'on',
    },
    resend: {
      apiKey: need(env, 'RESEND_API_KEY'),
      from: env.MAIL_FROM ?? 'Die Produktivitäts-Werkstatt <werkstatt@localhost.test>',
      replyTo: env.MAIL_REPLY_TO ?? null,
      webhookSecret: env.RESEND_WEBHOOK_SECRET ?? null,
      webhookSecretPrevious: env.RESEND_WEBHOOK_SECRET_PREVIOUS ?? null,
      baseUrl: env.RESEND_BASE_URL ?? null,
    },
    bunny: {
      libraryId: need(env, 'BUNNY_STREAM_LIBRARY_ID'),
      accessKey: need(env, 'BUNNY_STREAM_ACCESS_KEY'),
      readOnlyKey: env.BUNNY_STREAM_READ_ONLY_KEY ?? null,
      cdnBaseUrl: env.BUNNY_CDN_BASE_URL ?? null,
      tokenKey: env.BUNNY_TOKEN_KEY ?? null,
      apiBaseUrl: env.BUNNY_STREAM_API_BASE_URL ?? 'https://video.bunnycdn.com',
    },
  }
}
