import { createHash } from 'node:crypto'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '#config'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { buildPlatform } from '#platform'
import { openWorld, type World } from '../../kit/world.ts'

/** What hangs on a welcome letter: made once, stored, sent, and sent again with the same bytes. */

let world: World
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
})
afterAll(() => world?.close())

let count = 0
async function buy() {
  const email = `papier${++count}@example.de`
  const consent = { startNow: true, acknowledgesLoss: true }
  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email, consent })
  const paid = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(paid.status).toBe(200)
  const settled = await settleOrder(world.ctx, sessionId)
  return { email, purchaseId: String(settled.purchaseId) }
}

interface SentMail {
  id: string
  payloadHash: string
  attachments: { filename: string; contentType: string; bytes: number; sha256: string }[]
}
const sent = async (email: string) => (await world.mails(email)) as unknown as SentMail[]
const letterOf = async (purchaseId: string) => {
  const [row] = await world.database.query<{ id: string; state: string; provider_id: string | null; attempts: number }>(
    `select id, state, provider_id, attempts from letter where purchase_id = $1 and kind = 'welcome'`,
    [purchaseId],
  )
  return row
}
function die(name: string): void {
  if (name === 'mail.after-accept') throw new Error('killed')
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a process that dies after the hand-over leaves a letter whose repeat has the same bytes, files included', async () => {
  const { email, purchaseId } = await buy()
  const letter = await letterOf(purchaseId)
  const dies = { ...world.ctx, crashPoint: (name: string) => die(name) }
  await expect(sendLetter(dies, letter?.id ?? '')).rejects.toThrow('killed')
  expect(await letterOf(purchaseId)).toMatchObject({ state: 'queued', provider_id: null, attempts: 1 })

  // Another process: nothing in its memory, and templates that changed meanwhile must not matter for the files.
  const later = buildPlatform(world.platform.config, 'worker')
  const outcome = await sendLetter({ ...later.ctx, requestId: 'later' }, letter?.id ?? '')
  await later.close()
  expect(outcome.outcome).toBe('handed_over')
  const [mail, ...others] = await sent(email)
  expect(others).toEqual([])
  // With one other byte the provider would have refused the key, and its id would be missing here.
  expect(await letterOf(purchaseId)).toMatchObject({ provider_id: mail?.id, attempts: 2 })
})

test('the paper thread has the heap that its process was given, and no other', async () => {
  const config = readConfig({ ...world.env, LOG_LEVEL: 'silent', WERKSTATT_PAPER_MB: '8' })
  const tight = buildPlatform(config, 'worker')
  const facts = { number: '3479', name: 'Mara', courseTitle: 'Kurs', completedOn: '2026-11-25', lessons: 1, minutes: 1 }
  try {
    const made = tight.ctx.documents.participation({ ...facts, modules: [1] })
    await expect(made).rejects.toMatchObject({ code: 'paper_failed' })
  } finally {
    await tight.close()
  }
})

test('the mail carries confirmation, terms and instruction, and the stored files are those', async () => {
  const { email, purchaseId } = await buy()
  await sendLetter(world.ctx, (await letterOf(purchaseId))?.id ?? '')
  const [mail] = await sent(email)
  const names = mail?.attachments.map((file) => file.filename)
  expect(names).toEqual([
    expect.stringMatching(/^Vertragsbestaetigung-W-\d{4}-\d{4}\.pdf$/),
    expect.stringMatching(/^AGB-.*\.pdf$/),
    expect.stringMatching(/^Widerrufsbelehrung-.*\.pdf$/),
  ])
  const pages: string[] = []
  for (const file of mail?.attachments ?? []) {
    const answer = await fetch(`${world.urls.resend}/inbox/${mail?.id}/${file.filename}`)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect(sha256(bytes)).toBe(file.sha256)
    const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: true })
    pages.push(text.replace(/\s+/g, ' '))
  }
  expect(pages[0]).toContain('349,00')
  expect(pages[0]).toContain('zwei Erklärungen')
  expect(pages[1]).toContain('Wie der Vertrag zustande kommt')
  expect(pages[2]).toContain('Sie können Ihr Widerrufsrecht auch online unter')
  expect(pages[2]).toContain('Muster-Widerrufsformular')

  const letter = await letterOf(purchaseId)
  const again = await world.ctx.documents.confirmation(world.ctx.db, {
    id: letter?.id ?? '',
    attempts: 1,
    inputs: { other: 'template' },
  })
  expect(sha256(again.content)).toBe(mail?.attachments[0]?.sha256)
})

test('the legal texts are stored once, however many orders and processes there are', async () => {
  await Promise.all([buy(), buy()])
  const rows = await world.database.query<{ kind: string; count: number }>(
    `select kind, count(*)::int from document where kind <> 'confirmation' group by kind order by kind`,
  )
  expect(rows).toEqual([
    { kind: 'terms', count: 1 },
    { kind: 'withdrawal', count: 1 },
  ])
})

test('whoever accepted an older version of the terms gets that one', async () => {
  const { documents, db } = world.ctx
  const now = await documents.legal(db)
  const older = '11111111-1111-4111-8111-111111111111'
  await world.database.query(
    `insert into document (id, kind, version, filename, mime, bytes) values ($1, 'terms', '2025-01-01.abc', 'AGB-alt.pdf', 'application/pdf', '\\x25')`,
    [older],
  )
  expect(await documents.legal(db, '2025-01-01')).toEqual({ ...now, terms: older })
  expect(await documents.legal(db, '2024-01-01')).toEqual(now)
  await expect(documents.read(db, '22222222-2222-4222-8222-222222222222')).rejects.toThrow('document')
})
