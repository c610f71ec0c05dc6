import { frameOf, type StoredInputs } from '#domain/mail/rules.ts'
import { insertLetter } from '#domain/mail/store.ts'
import { invariant } from '#errors'
import type { Ctx, LetterInputs, LetterKind } from '#ports'

export interface NewLetter<Kind extends LetterKind = LetterKind> {
  kind: Kind
  /** The cause, e.g. `welcome:{purchaseId}`: the same cause never gets a second letter. No address in it. */
  uniqueKey: string
  to: string
  personId?: string | null
  purchaseId?: string | null
  /** Frozen as they are; no secret, no link. */
  inputs: LetterInputs[Kind] | Record<string, unknown>
  /** Not worth sending after this. */
  dropAfter?: Date
}

/**
 * Writes a letter and its job into the caller's transaction: both or neither (I2). Answers the letter's id, which is
 * made from `uniqueKey`, so a repeated or simultaneous call finds the same letter and adds nothing.
 */
export async function queueLetter(ctx: Ctx, input: NewLetter): Promise<string> {
  const id = ctx.ids.fromName(input.uniqueKey)
  const templateVersion = ctx.letters.versions[input.kind]
  invariant(templateVersion, `there is a template for ${input.kind}`)
  const inputs: StoredInputs = { data: { ...input.inputs }, frame: frameOf(ctx.settings) }
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const now = ctx.clock.now()
    const isNew = await insertLetter(inside, {
      id,
      kind: input.kind,
      uniqueKey: input.uniqueKey,
      personId: input.personId ?? null,
      purchaseId: input.purchaseId ?? null,
      toAddress: input.to,
      inputs: inputs as unknown as Record<string, unknown>,
      templateVersion,
      keyId: ctx.tokens.linkKeyId,
      dropAfter: input.dropAfter ?? null,
      requestId: ctx.requestId,
      traceparent: ctx.trace.traceparent(),
      createdAt: now,
      stateAt: now,
    })
    // In a crowd, or under the provider's rate limit, whoever waits for a link goes before the operator's news.
    const priority = input.kind.startsWith('operator_') ? -1 : 0
    if (isNew) await ctx.jobs.send(db, 'letter.send', { letterId: id, requestId: ctx.requestId }, { id, priority })
  })
  return id
}
