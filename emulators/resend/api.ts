import { createHash, randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { type Fault, faultyApi } from '../kit/faults.ts'
import { type Bindings, type Http, idempotencyDoor, keyDoor, rateDoor, refuse } from './doors.ts'
import { iso, suppress } from './events.ts'
import type { Hop } from './smtp.ts'
import type { Mail, MailBody, MailFile, Message, Suppression, World } from './types.ts'
import { addressOf, ResendError, readMessage } from './validate.ts'

const maxBatch = 100
/** Older mails keep their row but lose their body, so that a long load test does not fill the memory. */
const keptBodies = 5000
const pageSizes = { default: 20, max: 100 }

const namesByStatus: Record<number, string> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  409: 'resource_locked',
  422: 'invalid_parameter',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
  503: 'service_unavailable',
}

/** A status fault in the form in which Resend would answer it. */
function faultAnswer(c: Context, fault: Fault & { status: number }): Response {
  if (fault.retryAfter !== undefined) c.header('retry-after', String(fault.retryAfter))
  if (fault.code === 'html') return c.html('<html><body><h1>502 Bad Gateway</h1></body></html>', fault.status as 502)
  const name = fault.code ?? namesByStatus[fault.status] ?? 'application_error'
  return refuse(c, fault.status, name, `Switched on in the emulator: ${name}.`)
}

/** Stores a file's bytes once, however many mails carry it. */
function keepFile(
  world: World,
  newestMail: string,
  { filename, contentType, content }: Message['attachments'][number],
): MailFile {
  const bytes = Buffer.from(content, 'base64')
  const id = createHash('sha256').update(bytes).digest('hex')
  const known = world.files.get(id)
  if (known) known.newestMail = newestMail
  else world.files.put({ id, content, newestMail })
  return { id, filename, contentType, bytes: bytes.length }
}

function accept(world: World, hop: Hop, c: Http, message: Message): Mail {
  const now = Date.now()
  const id = randomUUID()
  const { html, text, attachments, ...envelope } = message
  world.bodies.put({ id, html, text, files: attachments.map((file) => keepFile(world, id, file)) })
  const mail = world.mails.put({
    ...envelope,
    id,
    messageId: `<${id}@resend.werkstatt.test>`,
    createdAt: now,
    idempotencyKey: c.req.header('idempotency-key') ?? null,
    payloadHash: c.get('payloadHash'),
    state: 'queued',
    history: [{ state: 'queued', at: now }],
    smtp: { tries: 0, code: null, answer: null },
    received: null,
    nextTryAt: null,
  })
  // The answer is sent first, as at Resend; the mail's further way is told by webhooks.
  setImmediate(() => {
    if (world.mails.get(id) === mail) hop.send(mail)
  })
  return mail
}

function remember<T extends object>(world: World, c: Http, answer: T): Response {
  const row = c.get('keyRow')
  if (row) world.keys.put(Object.assign(row, { answer }))
  c.header('x-note', JSON.stringify(answer).slice(0, 60))
  return c.json(answer)
}

function sendBatch(world: World, hop: Hop, c: Http): Response {
  const list = c.get('payload')
  if (!Array.isArray(list) || list.length === 0 || list.length > maxBatch)
    return refuse(c, 422, 'validation_error', `The batch must be an array of 1 to ${maxBatch} emails.`)
  const permissive = c.req.header('x-batch-validation') === 'permissive'
  const messages: Message[] = []
  const errors: { index: number; message: string }[] = []
  for (const [index, item] of list.entries())
    try {
      messages.push(readMessage(item, true))
    } catch (error) {
      if (!permissive || !(error instanceof ResendError)) throw error
      errors.push({ index, message: error.message })
    }
  const data = messages.map((message) => ({ id: accept(world, hop, c, message).id }))
  return remember(world, c, permissive ? { data, errors } : { data })
}

const shown = (mail: Mail, body?: MailBody) => ({
  object: 'email',
  id: mail.id,
  message_id: mail.messageId,
  from: mail.from,
  to: mail.to,
  cc: mail.cc,
  bcc: mail.bcc,
  reply_to: mail.replyTo,
  subject: mail.subject,
  html: body?.html ?? null,
  text: body?.text ?? null,
  attachments: body?.files?.map((file) => ({
    filename: file.filename,
    content_type: file.contentType,
    size: file.bytes,
  })),
  tags: mail.tags,
  created_at: iso(mail.createdAt),
  scheduled_at: null,
  last_event: mail.state,
})

function listed<T extends { id: string }>(c: Context, newestFirst: T[]) {
  const asked = Number(c.req.query('limit') ?? pageSizes.default)
  const limit = Number.isInteger(asked) ? Math.min(pageSizes.max, Math.max(1, asked)) : pageSizes.default
  const { after, before } = c.req.query()
  const position = newestFirst.findIndex((item) => item.id === (after ?? before))
  const start = after ? position + 1 : before ? Math.max(0, position - limit) : 0
  const end = before && !after ? Math.max(0, position) : start + limit
  return { object: 'list', has_more: end < newestFirst.length, data: newestFirst.slice(start, end) }
}

const shownSuppression = (row: Suppression) => ({
  object: 'suppression',
  id: row.uuid,
  email: row.id,
  origin: row.origin,
  source_id: row.sourceId,
  created_at: iso(row.createdAt),
})

function mountSuppressions(api: Hono<Bindings>, world: World): void {
  const find = (text: string) =>
    world.suppressions.get(text.toLowerCase()) ?? world.suppressions.all().find((row) => row.uuid === text)
  api.get('/suppressions', (c) => c.json(listed(c, world.suppressions.all().reverse().map(shownSuppression))))
  api.post('/suppressions', async (c) => {
    const body = await c.req.json().catch(() => null)
    const address = addressOf(String(body?.email ?? ''))
    if (!address) return refuse(c, 422, 'validation_error', 'Invalid `email` field.')
    const row = suppress(world, address, 'manual', null)
    return c.json({ object: 'suppression', id: row.uuid })
  })
  api.get('/suppressions/:which', (c) => {
    const row = find(c.req.param('which'))
    return row ? c.json(shownSuppression(row)) : refuse(c, 404, 'not_found', 'Suppression not found')
  })
  api.delete('/suppressions/:which', (c) => {
    const row = find(c.req.param('which'))
    if (!row) return refuse(c, 404, 'not_found', 'Suppression not found')
    world.suppressions.remove(row.id)
    return c.json({ object: 'suppression', id: row.uuid, deleted: true })
  })
}

function forgetOldBodies(world: World): void {
  if (world.bodies.size <= keptBodies) return
  const oldest = world.bodies.values().next().value
  if (!oldest) return
  world.bodies.remove(oldest.id)
  for (const file of oldest.files ?? [])
    if (world.files.get(file.id)?.newestMail === oldest.id) world.files.remove(file.id)
}

/** Resend's API, as far as the unmodified SDK is used here: emails, batch, suppressions, and the sender's domain. */
export function createApi(world: World, hop: Hop): Hono<Bindings> {
  const api = new Hono<Bindings>()
  api.use(rateDoor(world), keyDoor(world))
  for (const path of ['/emails', '/emails/batch'])
    api.on('POST', path, idempotencyDoor(world), async (_c, next) => {
      forgetOldBodies(world)
      await next()
    })
  api.use(faultyApi(world.faults, faultAnswer))

  api.post('/emails', (c) => remember(world, c, { id: accept(world, hop, c, readMessage(c.get('payload'), false)).id }))
  api.post('/emails/batch', (c) => sendBatch(world, hop, c))
  api.get('/emails', (c) => {
    const newest = world.mails.all().reverse()
    const page = listed(c, newest)
    return c.json({
      ...page,
      data: page.data.map((mail) => {
        const { html: _html, text: _text, attachments: _files, tags: _tags, object: _object, ...short } = shown(mail)
        return short
      }),
    })
  })
  api.get('/emails/:id', (c) => {
    const mail = world.mails.get(c.req.param('id'))
    return mail ? c.json(shown(mail, world.bodies.get(mail.id))) : refuse(c, 404, 'not_found', 'Email not found')
  })
  mountSuppressions(api, world)
  api.get('/domains', (c) =>
    c.json({
      object: 'list',
      has_more: false,
      data: [
        {
          id: '00000000-0000-4000-8000-000000000001',
          name: 'localhost.test',
          status: 'verified',
          region: 'eu-west-1',
          created_at: iso(0),
        },
      ],
    }),
  )
  api.all('*', (c) => refuse(c, 404, 'not_found', 'The requested endpoint does not exist.'))
  api.onError((error, c) => {
    if (error instanceof ResendError) return refuse(c, error.status, error.code, error.message)
    console.error(error)
    return refuse(c, 500, 'application_error', 'The emulator failed; its log says why.')
  })
  return api
}
