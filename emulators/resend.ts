import { Hono } from 'hono'
import { mountControls } from './kit/controls.ts'
import { createFaults, type FaultInput } from './kit/faults.ts'
import { requireLoopback } from './kit/loopback.ts'
import { createRequestLog } from './kit/requestLog.ts'
import { type EmulatorApp, serve } from './kit/serve.ts'
import { openStore } from './kit/store.ts'
import { createApi } from './resend/api.ts'
import { unlimited } from './resend/doors.ts'
import { createMailDeliverer } from './resend/events.ts'
import { frame, mountMailbox } from './resend/pages.ts'
import { openHop } from './resend/smtp.ts'
import type {
  FileRow,
  KeyRow,
  Mail,
  MailBody,
  MailEventRow,
  ResendConfig,
  Settings,
  Suppression,
  World,
} from './resend/types.ts'

export type { ResendConfig } from './resend/types.ts'

export interface ResendEmulator {
  port: number
  url: string
  /** Where the mail server of the SMTP hop listens. */
  smtpPort: number
  close(): Promise<void>
}

const switches: { label: string; fault: FaultInput }[] = [
  { label: 'Zu viele Anfragen (429)', fault: { kind: 'status', status: 429, retryAfter: 1 } },
  { label: 'Tageskontingent erschöpft (429)', fault: { kind: 'status', status: 429, code: 'daily_quota_exceeded' } },
  { label: 'Fehler bei Resend (500)', fault: { kind: 'status', status: 500 } },
  { label: 'Nicht verfügbar (503)', fault: { kind: 'status', status: 503 } },
  { label: 'Antwortet nie', fault: { kind: 'hang' } },
  { label: 'Nimmt an, antwortet nie', fault: { kind: 'hang', when: 'after' } },
  { label: 'Nimmt an, Antwort bricht ab', fault: { kind: 'cut' } },
  { label: 'Nimmt an, Verbindung reißt (ECONNRESET)', fault: { kind: 'reset', when: 'after' } },
  { label: 'Verbindung reißt sofort (ECONNRESET)', fault: { kind: 'reset' } },
  { label: 'Antwortet langsam (2 s)', fault: { kind: 'delay', on: 'api', ms: 2000 } },
  { label: 'Meldungen gehen verloren', fault: { kind: 'drop' } },
  { label: 'Meldungen kommen dreifach', fault: { kind: 'duplicate', copies: 3 } },
  { label: 'Meldungen kommen 10 s später', fault: { kind: 'delay', ms: 10_000 } },
  { label: 'Meldungen in anderer Reihenfolge', fault: { kind: 'reorder', ms: 1000 } },
]

const stateOf = (world: World, hop: { idle(): boolean }) => ({
  idle: hop.idle() && world.deliverer.idle(),
  rateLimit: world.settings.get('settings')?.rateLimit,
  mails: world.mails.all().map((mail) => ({
    id: mail.id,
    to: mail.to,
    subject: mail.subject,
    state: mail.state,
    createdAt: mail.createdAt,
    idempotencyKey: mail.idempotencyKey,
    payloadHash: mail.payloadHash,
    tags: Object.fromEntries(mail.tags.map((tag) => [tag.name, tag.value])),
    smtp: mail.smtp,
  })),
  suppressions: world.suppressions.all().map((row) => row.id),
  deliveries: world.deliverer.table.all(),
})

/**
 * Starts the emulator of Resend on 127.0.0.1: API, SMTP hop, signed webhooks, the pages of the mailbox. State lies in
 * `dataDir/emulators/resend.json` and survives a restart. Rejects when the port is busy or the webhook's address is not
 * loopback.
 */
export async function startResend(config: ResendConfig, dataDir: string): Promise<ResendEmulator> {
  requireLoopback('The webhook URL', config.webhookUrl)
  const store = openStore(dataDir, 'resend')
  const faults = createFaults(store)
  const log = createRequestLog()
  const events = store.table<MailEventRow>('events')
  const world: World = {
    config,
    store,
    faults,
    mails: store.table<Mail>('mails'),
    bodies: store.table<MailBody>('bodies'),
    files: store.table<FileRow>('files'),
    events,
    suppressions: store.table<Suppression>('suppressions'),
    keys: store.table<KeyRow>('keys'),
    settings: store.table<Settings>('settings', () => [{ id: 'settings', rateLimit: config.rateLimit ?? unlimited }]),
    deliverer: createMailDeliverer(config, store, faults, events),
  }
  // A call that was running when the process ended never finished.
  for (const key of world.keys.all()) if (!key.answer) world.keys.remove(key.id)
  const hop = await openHop(world)

  const app: EmulatorApp = new Hono()
  app.use(log.middleware)
  mountControls(app, { store, faults, log, frame, switches, state: () => stateOf(world, hop) })
  mountMailbox(app, world)
  app.route('/', createApi(world, hop) as unknown as EmulatorApp)
  const served = await serve(app, config.port).catch(async (error) => {
    await hop.close()
    throw error
  })
  return {
    port: served.port,
    url: served.url,
    smtpPort: hop.port,
    async close() {
      await served.close()
      world.deliverer.close()
      await hop.close()
      await store.close()
    },
  }
}
