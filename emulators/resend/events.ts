import { createHmac, randomUUID } from 'node:crypto'
import { createDeliverer, type Deliverer } from '../kit/delivery.ts'
import type { Faults } from '../kit/faults.ts'
import { randomId } from '../kit/random.ts'
import type { Store, Table } from '../kit/store.ts'
import type { Mail, MailEventRow, MailState, ResendConfig, World } from './types.ts'

/** Resend waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h; here the same steps are seconds. */
const retryPlan = [500, 2000, 5000, 15_000, 60_000, 300_000]

/** svix: HMAC-SHA256 over `id.seconds.body` with the base64-decoded secret. */
function svixHeaders(secret: string, id: string, body: string, seconds: number): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'svix-id': id, 'svix-timestamp': String(seconds), 'svix-signature': `v1,${signature}` }
}

export function createMailDeliverer(
  config: ResendConfig,
  store: Store,
  faults: Faults,
  events: Table<MailEventRow>,
): Deliverer {
  return createDeliverer({
    store,
    faults,
    url: () => config.webhookUrl ?? null,
    body: (id) => events.get(id)?.body ?? null,
    sign: (body, delivery) => svixHeaders(config.webhookSecret, delivery.id, body, Math.floor(Date.now() / 1000)),
    retryPlan,
  })
}

const messages = {
  mailboxFull: 'The recipient’s mailbox is full.',
  noEmail: 'The recipient’s address does not exist.',
  suppressed: 'The recipient is on the suppression list.',
}

function details(type: string, mail: Mail): object {
  const diagnosticCode = mail.smtp.answer ? [`smtp; ${mail.smtp.answer}`] : []
  if (type === 'email.bounced')
    return mail.smtp.code === 452
      ? { bounce: { type: 'Transient', subType: 'MailboxFull', message: messages.mailboxFull, diagnosticCode } }
      : { bounce: { type: 'Permanent', subType: 'General', message: messages.noEmail, diagnosticCode } }
  if (type === 'email.suppressed')
    return {
      suppressed: {
        type: 'OnAccountSuppressionList',
        reason: 'previous_bounce',
        message: messages.suppressed,
        diagnosticCode: [],
      },
    }
  return type === 'email.failed' ? { failed: { reason: 'reached_daily_quota' } } : {}
}

/** `2026-11-22T17:30:00.000Z` */
export const iso = (ms: number) => new Date(ms).toISOString()

/** Stores a mail's new state and sends the webhook about it. */
export function announce(world: World, mail: Mail, state: Exclude<MailState, 'queued'>, at = Date.now()): void {
  mail.state = state
  mail.history.push({ state, at })
  world.mails.put(mail)
  const type = `email.${state}`
  const body = JSON.stringify({
    type,
    created_at: iso(at),
    data: {
      created_at: iso(mail.createdAt),
      email_id: mail.id,
      message_id: mail.messageId,
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      tags: Object.fromEntries(mail.tags.map((tag) => [tag.name, tag.value])),
      ...details(type, mail),
    },
  })
  const event = world.events.put({ id: `msg_${randomId(27)}`, type, mailId: mail.id, body })
  void world.deliverer.deliver(event.id, type)
}

/** After a hard bounce or a complaint Resend sends nothing more to this address. */
export function suppress(
  world: World,
  address: string,
  origin: 'bounce' | 'complaint' | 'manual',
  source: string | null,
) {
  const id = address.toLowerCase()
  return (
    world.suppressions.get(id) ??
    world.suppressions.put({ id, uuid: randomUUID(), origin, sourceId: source, createdAt: Date.now() })
  )
}
