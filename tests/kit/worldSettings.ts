import type { Lesson } from '#ports'

/** Keys of the tests' own world; nothing here opens anything outside. */
export const secrets = {
  jwt: 'test-secret-of-more-than-thirty-two-characters',
  stripeKey: 'sk_test_werkstatt',
  stripeWebhook: 'whsec_test_stripe_secret',
  resendKey: 're_test_werkstatt',
  resendWebhook: `whsec_${Buffer.from('a secret for the tests of mail').toString('base64')}`,
  bunny: {
    libraryId: '700700',
    accessKey: 'test-access-key',
    readOnlyKey: 'test-read-only-key',
    tokenKey: 'test-token-key',
  },
}

/** Where each part of a world listens. */
export interface TcpPorts {
  web: number
  stripe: number
  resend: number
  bunny: number
}

/** The environment of every part; the same names a real installation sets. */
export function environmentOf(tcpPorts: TcpPorts, databaseUrl: string, dataDir: string): Record<string, string> {
  const at = (port: number) => `http://127.0.0.1:${port}`
  return {
    PORT: String(tcpPorts.web),
    NEXT_PUBLIC_SITE_URL: at(tcpPorts.web),
    DATABASE_URL: databaseUrl,
    WERKSTATT_DATA_DIR: dataDir,
    JWT_SECRET: secrets.jwt,
    ADMIN_EMAILS: 'betreiber@werkstatt.test',
    TRUSTED_PROXY_HOPS: '1',
    STRIPE_SECRET_KEY: secrets.stripeKey,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhook,
    STRIPE_PRICE_ID_LIVE_EUR: 'kurs_eur',
    STRIPE_API_BASE_URL: at(tcpPorts.stripe),
    RESEND_API_KEY: secrets.resendKey,
    RESEND_WEBHOOK_SECRET: secrets.resendWebhook,
    RESEND_BASE_URL: at(tcpPorts.resend),
    BUNNY_STREAM_LIBRARY_ID: secrets.bunny.libraryId,
    BUNNY_STREAM_ACCESS_KEY: secrets.bunny.accessKey,
    BUNNY_STREAM_READ_ONLY_KEY: secrets.bunny.readOnlyKey,
    BUNNY_TOKEN_KEY: secrets.bunny.tokenKey,
    BUNNY_CDN_BASE_URL: at(tcpPorts.bunny),
    BUNNY_STREAM_API_BASE_URL: at(tcpPorts.bunny),
    WERKSTATT_EMULATED: 'stripe,resend,bunny',
    WERKSTATT_EMULATOR_PAGES: JSON.stringify({
      stripe: `${at(tcpPorts.stripe)}/dashboard`,
      mailbox: `${at(tcpPorts.resend)}/inbox`,
      bunny: `${at(tcpPorts.bunny)}/videos`,
    }),
    LOG_LEVEL: 'info',
  }
}

/** The emulators' settings: where they listen, and whom they ring. */
export function emulatorEnvironment(
  tcpPorts: TcpPorts,
  dataDir: string,
  lessons: Pick<Lesson, 'videoGuid' | 'title' | 'durationSeconds'>[],
  seed?: number,
): { WERKSTATT_EMULATORS: string } {
  const videos = lessons
    .filter((lesson) => lesson.videoGuid)
    .map((lesson) => ({ guid: lesson.videoGuid, title: lesson.title, length: lesson.durationSeconds }))
  const webhook = (name: string) => `http://127.0.0.1:${tcpPorts.web}/api/webhook/${name}`
  const settings = {
    dataDir,
    stripe: {
      ...(seed === undefined ? {} : { seed }),
      port: tcpPorts.stripe,
      secretKey: secrets.stripeKey,
      webhookSecret: secrets.stripeWebhook,
      webhookUrl: webhook('stripe'),
      price: {
        id: 'price_kurs',
        lookupKey: 'kurs_eur',
        unitAmount: 34_900,
        currency: 'eur',
        productName: 'Die Produktivitäts-Werkstatt',
      },
    },
    resend: {
      port: tcpPorts.resend,
      apiKey: secrets.resendKey,
      webhookSecret: secrets.resendWebhook,
      webhookUrl: webhook('resend'),
    },
    bunny: { port: tcpPorts.bunny, ...secrets.bunny, webhookUrl: webhook('bunny'), videos },
  }
  return { WERKSTATT_EMULATORS: JSON.stringify(settings) }
}
