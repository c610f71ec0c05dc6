import path from 'node:path'
import { decideSandbox, type Environment, environmentNames, parseEnvironment, type Service } from '../config.ts'
import { memoryMb, paperEnvironment } from './limits.ts'
import type { Secrets } from './secrets.ts'
import { StartError } from './sentence.ts'
import { type Raw, root } from './settings.ts'
import type { TcpPortUse } from './tcpPorts.ts'
import { refuseUnfinished } from './unfinished.ts'
import { sandboxVideos } from './videos.ts'

/** The price in the emulated Stripe; the app finds it by its lookup key, like a real one. */
const price = {
  id: 'price_werkstatt_kurs_eur',
  lookupKey: 'kurs_eur',
  unitAmount: 34_900,
  currency: 'eur',
  productName: 'Die Produktivitäts-Werkstatt',
}

/** What is known before anything is touched: settings, TCP ports, folders. */
export interface Intent {
  dev: boolean
  env: Environment
  raw: Raw
  emulated: Service[]
  siteUrl: string
  port: number
  dataDir: string
  adminEmails: string[]
  /** The address that the web listens on. */
  host: string
  /** What all parts together may take, in MB. */
  memory: number
}

/** Reads and judges the settings. Throws `ConfigError` or `StartError`. */
export function intend(raw: Raw, dev: boolean, content?: () => string[]): Intent {
  const env = parseEnvironment(raw)
  const { emulated, siteUrl, port } = decideSandbox(env)
  refuseUnfinished(env, content)
  if (env.DATABASE_DIRECT_URL && !env.DATABASE_URL)
    throw new StartError(
      'DATABASE_DIRECT_URL is set without DATABASE_URL. Set both, or only DATABASE_URL if there is no pooler.',
    )
  if (port + 3 > 65_535 && emulated.length > 0)
    throw new StartError(
      `PORT=${port} leaves no room for the emulators, which use the three ports after it. Take a lower one.`,
    )
  const admins = env.ADMIN_EMAILS ?? (emulated.length > 0 ? 'betreiber@werkstatt.test' : '')
  return {
    dev,
    env,
    raw,
    emulated,
    siteUrl,
    port,
    dataDir: path.resolve(root, env.WERKSTATT_DATA_DIR ?? '.werkstatt'),
    adminEmails: admins.split(',').flatMap((address) => address.trim() || []),
    host: env.HOST ?? '127.0.0.1',
    memory: memoryMb(env.WERKSTATT_MEMORY_MB),
  }
}

/** How far after the website's TCP port each emulator listens. */
const tcpPortAfterWeb: Record<Service, number> = { stripe: 1, resend: 2, bunny: 3 }
const serviceNames: Record<Service, string> = { stripe: 'Stripe', resend: 'Resend', bunny: 'Bunny' }

/** Every TCP port that must be free, the website's first. */
export const tcpPortsOf = ({ port, emulated }: Intent): TcpPortUse[] => [
  { port, purpose: 'the website' },
  ...emulated.map((service) => ({
    port: port + tcpPortAfterWeb[service],
    purpose: `the ${serviceNames[service]} emulator`,
  })),
]

export interface Plan extends Intent {
  /** Complete environment of the children. */
  environment: Record<string, string | undefined>
  /** The settings of `emulators/start.ts`. */
  emulators: Record<string, unknown>
  pages: { stripe?: string; mailbox?: string; bunny?: string }
}

/** Puts emulators, database and generated secrets where real settings would be, so the app has one code path. */
export function plan(intent: Intent, secrets: Secrets, databaseUrl: string): Plan {
  const { env, port, emulated, dataDir } = intent
  const address = (service: Service) => `http://127.0.0.1:${port + tcpPortAfterWeb[service]}`
  const hook = (service: Service) => `http://127.0.0.1:${port}/api/webhook/${service}`
  const has = (service: Service) => emulated.includes(service)

  const pages: Plan['pages'] = {
    ...(has('stripe') && { stripe: `${address('stripe')}/dashboard` }),
    ...(has('resend') && { mailbox: `${address('resend')}/inbox` }),
    ...(has('bunny') && { bunny: `${address('bunny')}/videos` }),
  }
  const settings: Partial<Record<keyof Environment, string>> = {
    PORT: String(port),
    NEXT_PUBLIC_SITE_URL: intent.siteUrl,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: env.JWT_SECRET ?? secrets.jwtSecret,
    WERKSTATT_DATA_DIR: dataDir,
    ...paperEnvironment(intent.memory),
    WERKSTATT_EMULATED: emulated.join(','),
    WERKSTATT_EMULATOR_PAGES: emulated.length > 0 ? JSON.stringify(pages) : '',
    ADMIN_EMAILS: intent.adminEmails.join(','),
    ...(has('stripe') && {
      STRIPE_SECRET_KEY: secrets.stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: secrets.stripe.webhookSecret,
      STRIPE_PRICE_ID_LIVE_EUR: price.lookupKey,
      STRIPE_API_BASE_URL: address('stripe'),
    }),
    ...(has('resend') && {
      RESEND_API_KEY: secrets.resend.apiKey,
      RESEND_WEBHOOK_SECRET: secrets.resend.webhookSecret,
      RESEND_BASE_URL: address('resend'),
    }),
    ...(has('bunny') && {
      BUNNY_STREAM_LIBRARY_ID: secrets.bunny.libraryId,
      BUNNY_STREAM_ACCESS_KEY: secrets.bunny.accessKey,
      BUNNY_STREAM_READ_ONLY_KEY: secrets.bunny.readOnlyKey,
      BUNNY_TOKEN_KEY: secrets.bunny.tokenKey,
      BUNNY_STREAM_API_BASE_URL: address('bunny'),
      BUNNY_CDN_BASE_URL: address('bunny'),
    }),
  }
  const given = (name: string) => settings[name as keyof Environment] ?? env[name as keyof Environment] ?? ''
  return {
    ...intent,
    pages,
    // Absent settings are handed on as empty, or Next would fill them from a `.env.local` we have set aside.
    environment: { ...intent.raw, ...Object.fromEntries(environmentNames.map((name) => [name, String(given(name))])) },
    emulators: {
      dataDir,
      ...(has('stripe') && {
        stripe: { port: port + tcpPortAfterWeb.stripe, ...secrets.stripe, webhookUrl: hook('stripe'), price },
      }),
      ...(has('resend') && {
        resend: { port: port + tcpPortAfterWeb.resend, ...secrets.resend, webhookUrl: hook('resend') },
      }),
      ...(has('bunny') && {
        bunny: {
          port: port + tcpPortAfterWeb.bunny,
          ...secrets.bunny,
          webhookUrl: hook('bunny'),
          videos: sandboxVideos(),
        },
      }),
    },
  }
}
