import { frameOf, type StoredInputs } from '#domain/mail/rules.ts'
import { insertLetters } from '#domain/mail/store.ts'
import { invariant } from '#errors'
import type { Ctx, LetterInputs, LetterKind } from '#ports'

export interface NewLetter<Kind extends LetterKind = LetterKind> {
  kind: Kind
  /**
   * Names the cause, e.g. `welcome:{purchaseId}`: the same key never gets a second letter. Without an address in it.
   */
  uniqueKey: string
  to: string
  personId?: string | null
  purchaseId?: string | null
  /** Stored as they are, so without secrets and links. */
  inputs: LetterInputs[Kind] | Record<string, unknown>
  /** After this instant the letter is no longer sent. */
  dropAfter?: Date
}

/**
 * Writes letters and their jobs in the caller's transaction, all or nothing (I2), in two statements however many they
 * are. Answers their ids in the same order. An id is made from the `uniqueKey`, so a repeated or simultaneous call
 * answers the same letter and adds nothing.
 */
export async function queueLetters(ctx: Ctx, inputs: NewLetter[]): Promise<string[]> {
  const rows = inputs.map((input) => rowOf(ctx, input))
  if (rows.length > 0)
    await ctx.db.transaction(async (db) => {
      const isNew = await insertLetters({ ...ctx, db }, rows)
      const jobs = rows
        .filter(({ id }) => isNew.has(id))
        .map(({ id, kind }) => ({
          id,
          data: { letterId: id, requestId: ctx.requestId },
          // While many letters wait, those to people who wait for a link go before news to the operator.
          priority: kind.startsWith('operator_') ? -1 : 0,
        }))
      await ctx.jobs.sendAll(db, 'letter.send', jobs)
    })
  return rows.map(({ id }) => id)
}

function rowOf(ctx: Ctx, input: NewLetter) {
  const templateVersion = ctx.letters.versions[input.kind]
  invariant(templateVersion, `there is a template for ${input.kind}`)
  const inputs: StoredInputs = { data: { ...input.inputs }, frame: frameOf(ctx.settings) }
  const now = ctx.clock.now()
  return {
    id: ctx.ids.fromName(input.uniqueKey),
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
  }
}
