import { hours, maskEmail, normalizeEmail, sendableEmail, type Viewer, whyUnusable } from '#domain/access/rules.ts'
import { findPerson, holdPerson, type PersonRow } from '#domain/access/store.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { cancelOpen, findChange, insertChange } from './store.ts'

/** Both mailboxes have this long to agree. */
const CHANGE_MS = hours(24)

export interface AskAddressChangeInput {
  viewer: Viewer
  email: string
  /** UUID of the form, and the id of the wish: a second click is the same wish. */
  key: string
  ip: string
}

/**
 * A learner wants another address: one letter goes to each mailbox, and nothing changes until both links were pressed.
 * A newer wish ends an older one. Only the new mailbox is told that its address has an account here already; the answer
 * to the asking person is the same. Throws `unproven_session`, `unauthenticated` (no such person any more), `forbidden`
 * (operators: their address is a setting), `invalid_input` with `fields.email`, `conflict` (the key belongs to somebody
 * else's wish), `rate_limited`, `database_unavailable`.
 */
export async function askAddressChange(ctx: Ctx, input: AskAddressChangeInput): Promise<{ emailMasked: string }> {
  const { viewer } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  const normal = normalizeEmail(input.email)
  if (!normal) throw wrong(whyUnusable(input.email))
  // A refused or repeated wish writes no letter, so it must not count against anybody's limit.
  if ((await wishing(ctx, { ...input, normal })) === null) return { emailMasked: maskEmail(sendableEmail(input.email)) }
  await ctx.limits.consume('address_change_per_ip', input.ip)
  await ctx.limits.consume('account_move_per_person', viewer.personId)
  await ctx.limits.consume('login_letter_per_address', normal)
  const to = sendableEmail(input.email)
  await ctx.db.transaction((db) => ask({ ...ctx, db }, { ...input, normal, to }))
  return { emailMasked: maskEmail(to) }
}

async function ask(ctx: Ctx, input: AskAddressChangeInput & { normal: string; to: string }): Promise<void> {
  const { viewer, key, normal, to } = input
  await holdPerson(ctx, viewer.personId)
  const person = await wishing(ctx, input)
  if (!person) return
  const now = ctx.clock.now()
  await cancelOpen(ctx, person.id, now)
  const [oldLetter, newLetter] = (['old', 'new'] as const).map((side) => ctx.ids.fromName(letterKey(side, key)))
  const hashOf = (letterId: string) => ctx.tokens.sha256(ctx.tokens.linkToken(letterId, ctx.tokens.linkKeyId))
  await insertChange(ctx, {
    id: key,
    personId: person.id,
    newNormal: normal,
    newRaw: to,
    oldTokenHash: hashOf(oldLetter!),
    newTokenHash: hashOf(newLetter!),
    createdAt: now,
    expiresAt: new Date(now.getTime() + CHANGE_MS),
  })
  const taken = operatorsOf(ctx).includes(normal) || (await findPerson(ctx, { emailNormal: normal })) !== null
  await writeLetters(ctx, { person, key, to, taken })
}

const operatorsOf = (ctx: Ctx) => ctx.settings.adminEmails.map(normalizeEmail)

/** The asking person, if they may change their address; null when this wish is stored already. */
async function wishing(ctx: Ctx, input: AskAddressChangeInput & { normal: string }): Promise<PersonRow | null> {
  const { viewer, key, normal } = input
  const person = await findPerson(ctx, { id: viewer.personId })
  if (!person) throw new AppError('unauthenticated')
  if (person.role === 'admin' || operatorsOf(ctx).includes(person.emailNormal)) throw new AppError('forbidden')
  if (normal === person.emailNormal) throw wrong('Das ist schon die Adresse deines Kontos.')
  const before = await findChange(ctx, key)
  if (before && before.personId !== person.id) throw new AppError('conflict', 'the key is somebody else’s')
  return before ? null : person
}

const letterKey = (side: 'old' | 'new', key: string) => `address_change_${side}:${key}`

async function writeLetters(ctx: Ctx, about: { person: PersonRow; key: string; to: string; taken: boolean }) {
  const { person, key, to, taken } = about
  const dropAfter = new Date(ctx.clock.now().getTime() + CHANGE_MS)
  await queueLetter(ctx, {
    kind: 'address_change_old',
    uniqueKey: letterKey('old', key),
    to: person.emailRaw,
    personId: person.id,
    inputs: { newMasked: maskEmail(to) },
    dropAfter,
  })
  if (taken)
    await queueLetter(ctx, { kind: 'address_change_taken', uniqueKey: `address_change_taken:${key}`, to, inputs: {} })
  else
    await queueLetter(ctx, {
      kind: 'address_change_new',
      uniqueKey: letterKey('new', key),
      to,
      personId: person.id,
      inputs: { oldMasked: maskEmail(person.emailRaw) },
      dropAfter,
    })
}

const wrong = (sentence: string) => new AppError('invalid_input', 'unusable address', { fields: { email: sentence } })
