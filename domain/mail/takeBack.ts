import { foldedReason, type StoredInputs } from '#domain/mail/rules.ts'
import { dropCertainlyUnsent, selectUnsent } from '#domain/mail/store.ts'
import type { Ctx, LetterInputs, LetterKind } from '#ports'

export interface TakenBack<Kind extends LetterKind> {
  /** Person → inputs of the letters that were taken back. */
  inputs: Map<string, LetterInputs[Kind][]>
  /** People with a letter that may be on its way and so cannot be taken back. */
  underWay: Set<string>
}

/**
 * Drops the letters of one kind that still wait for these people, so that a newer one can say everything at once. Call
 * in the transaction that writes the newer letter.
 */
export async function takeBack<Kind extends LetterKind>(
  ctx: Ctx,
  input: { kind: Kind; personIds: string[] },
): Promise<TakenBack<Kind>> {
  const unsent = await selectUnsent(ctx, input.kind, input.personIds)
  const ids = unsent.filter(({ ambiguousAt }) => ambiguousAt === null).map(({ id }) => id)
  const dropped = new Set(await dropCertainlyUnsent(ctx, ids, foldedReason, ctx.clock.now()))
  const inputs: TakenBack<Kind>['inputs'] = new Map()
  const underWay = new Set<string>()
  for (const { id, personId, inputs: stored } of unsent) {
    if (!personId) continue
    if (!dropped.has(id)) underWay.add(personId)
    else
      inputs.set(personId, [
        ...(inputs.get(personId) ?? []),
        (stored as unknown as StoredInputs).data as unknown as LetterInputs[Kind],
      ])
  }
  return { inputs, underWay }
}
