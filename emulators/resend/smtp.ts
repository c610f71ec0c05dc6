import type { AddressInfo } from 'node:net'
import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import { announce, suppress } from './events.ts'
import type { Mail, World } from './types.ts'
import { addressOf } from './validate.ts'

/**
 * Real SMTP, as for a real mail: nodemailer hands each accepted mail to an SMTP server in the same process, and that
 * server's answer decides what becomes of it. Which address does what is in docs/emulators.md.
 */

const gone = /^weg([.+_-]|\d|$)/
const bounces = /^bounce/
const full = /^voll([.+_-]|\d|$)/
const later = /^spaeter([.+_-]|\d|$)/
const complains = /^(beschwerde|complained)([.+_-]|\d|$)/
const blocked = /^(gesperrt|suppressed)([.+_-]|\d|$)/

/** Pauses in ms after a temporary refusal; a real mail server tries for hours. */
const pauses = [1500, 3000]
const maxConnections = 16
const maxBytes = 40 * 1024 * 1024
const complaintAfterMs = 300

const localPart = (address: string) => (addressOf(address) ?? address).toLowerCase().replace(/@[^@]*$/, '')

export interface Hop {
  port: number
  /** Sends one mail, or goes on with it. Never rejects. */
  send(mail: Mail): void
  idle(): boolean
  close(): Promise<void>
}

class SmtpRefusal extends Error {
  readonly responseCode: number
  constructor(code: number, text: string) {
    super(text)
    this.responseCode = code
  }
}

function createServer(world: World): SMTPServer {
  return new SMTPServer({
    banner: 'Werkstatt test mail server',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    hideSMTPUTF8: false,
    logger: false,
    size: maxBytes,
    onRcptTo(address, session, done) {
      const local = localPart(address.address)
      const sender = session.envelope.mailFrom
      const tries = world.mails.get(sender ? localPart(sender.address) : '')?.smtp.tries ?? 0
      if (gone.test(local) || bounces.test(local))
        return done(new SmtpRefusal(550, '5.1.1 Diese Adresse gibt es hier nicht'))
      if (full.test(local)) return done(new SmtpRefusal(452, '4.2.2 Das Postfach ist voll'))
      if (later.test(local) && tries <= 1) return done(new SmtpRefusal(452, '4.3.1 Gerade kein Platz, bitte später'))
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const source = Buffer.concat(chunks)
        const sender = session.envelope.mailFrom
        const mail = world.mails.get(sender ? localPart(sender.address) : '')
        if (!mail) return done(new SmtpRefusal(554, '5.6.0 Unbekannter Absender'))
        const end = source.indexOf('\r\n\r\n')
        const headers = source
          .subarray(0, end < 0 ? source.length : end)
          .toString('utf8')
          .split('\r\n')
        mail.received = { headers, bytes: source.length, at: Date.now() }
        done(null, `2.0.0 angenommen ${mail.id}`)
      })
    },
  })
}

const createTransport = (port: number) =>
  nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections,
    maxMessages: 10_000,
    ignoreTLS: true,
    name: 'resend.werkstatt.test',
  })
type Transport = ReturnType<typeof createTransport>

/** One SMTP conversation; every failure is an answer with a code. */
async function handOver(world: World, transport: Transport, mail: Mail): Promise<{ code: number; answer: string }> {
  const body = world.bodies.get(mail.id)
  try {
    const info = await transport.sendMail({
      envelope: {
        from: `${mail.id}@resend.werkstatt.test`,
        to: [...mail.to, ...mail.cc, ...mail.bcc].map(addressOfOrSelf),
      },
      messageId: mail.messageId,
      from: mail.from,
      to: mail.to,
      cc: mail.cc,
      replyTo: mail.replyTo,
      subject: mail.subject,
      html: body?.html ?? undefined,
      text: body?.text ?? (body?.html ? undefined : ''),
      attachments: body?.files?.map((file) => ({
        filename: file.filename,
        contentType: file.contentType,
        content: world.files.get(file.id)?.content ?? '',
        encoding: 'base64',
      })),
      textEncoding: 'base64', // quoted-printable costs five times the work
      headers: mail.headers,
      date: new Date(mail.createdAt),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const refused = info.rejectedErrors?.[0]
    return refused
      ? { code: refused.responseCode ?? 550, answer: refused.response ?? refused.message }
      : { code: 250, answer: info.response }
  } catch (error) {
    const refused = error as { responseCode?: number; response?: string; message: string }
    return { code: refused.responseCode ?? 451, answer: refused.response ?? refused.message }
  }
}

/** Opens the mail server on a port that the system chooses, and the client that sends to it. */
export async function openHop(world: World): Promise<Hop> {
  const server = createServer(world)
  server.on('error', () => {}) // a client that went away; the sender sees it as an error of its own
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  const transport = createTransport(port)
  const timers = new Set<NodeJS.Timeout>()
  let underWay = 0
  let closed = false

  const after = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) work()
    }, ms)
    timers.add(timer.unref())
  }
  const known = (mail: Mail) => !closed && world.mails.get(mail.id) === mail // false after a reset

  function judge(mail: Mail): void {
    const code = mail.smtp.code ?? 0
    if (code === 250) {
      announce(world, mail, 'delivered')
      if (complains.test(localPart(mail.to[0] ?? '')))
        after(complaintAfterMs, () => {
          if (!known(mail)) return
          for (const address of mail.to) suppress(world, addressOfOrSelf(address), 'complaint', mail.id)
          announce(world, mail, 'complained')
        })
    } else if (code >= 400 && code < 500) {
      const pause = pauses[mail.smtp.tries - 1]
      if (pause !== undefined) {
        mail.nextTryAt = Date.now() + pause
        after(pause, () => void attempt(mail))
      }
      announce(world, mail, pause === undefined ? 'bounced' : 'delivery_delayed')
    } else {
      for (const address of mail.to) suppress(world, addressOfOrSelf(address), 'bounce', mail.id)
      announce(world, mail, 'bounced')
    }
  }

  async function attempt(mail: Mail): Promise<void> {
    if (!known(mail)) return
    underWay++
    mail.nextTryAt = null
    mail.smtp.tries++
    const result = await handOver(world, transport, mail)
    underWay--
    if (!known(mail)) return
    mail.smtp.code = result.code
    mail.smtp.answer = result.answer
    judge(mail)
  }

  function send(mail: Mail): void {
    const stopped = mail.to.some((address) => {
      const plain = addressOfOrSelf(address).toLowerCase()
      return blocked.test(localPart(plain)) || world.suppressions.get(plain) !== undefined
    })
    announce(world, mail, stopped ? 'suppressed' : 'sent')
    if (!stopped) void attempt(mail)
  }

  // Mails that were under way when the process ended go on.
  for (const mail of world.mails.values()) {
    if (mail.state === 'queued') send(mail)
    else if (mail.state === 'sent') void attempt(mail)
    else if (mail.nextTryAt !== null) after(Math.max(0, mail.nextTryAt - Date.now()), () => void attempt(mail))
  }

  return {
    port,
    send,
    idle: () => underWay === 0 && timers.size === 0,
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      transport.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const addressOfOrSelf = (text: string) => addressOf(text) ?? text
