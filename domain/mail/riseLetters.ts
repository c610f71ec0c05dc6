import { isAbove, type LetterState, lostCause, mustArrive, readMailEvent, undeliverable } from '#domain/mail/rules.ts'
import { type HeldLetter, holdLettersOf, type RaisedLetter, raiseLetters } from '#domain/mail/store.ts'
import type { Ctx, MailEvent } from '#ports'
import { isUuid } from '#uuid'

export interface Risen {
  /** Alarms to raise for letters that did not arrive, which only a person can help. */
  lost: Set<LostCause>
  /** Event id → what became of it, for its stamp. */
  outcomes: Map<string, string>
}

/**
 * Moves the letters that these events are about to higher states, inside the caller's transaction. States only rise, so
 * the order of events does not matter.
 */
export async function riseLetters(ctx: Ctx, events: MailEvent[]): Promise<Risen> {
  const letters = await holdLettersOf(ctx, {
    ids: events.flatMap(({ letterId }) => (letterId && isUuid(letterId) ? letterId : [])),
    providerIds: events.flatMap(({ providerId }) => providerId ?? []),
  })
  const outcomes = new Map<string, string>()
  const news = new Map<HeldLetter, News[]>()
  for (const event of events) {
    const said = readMailEvent(event)
    const letter = letters.find(({ id }) => id === event.letterId?.toLowerCase()) ?? byProvider(letters, event)
    if (said && letter) news.set(letter, [...(news.get(letter) ?? []), { ...said, event }])
    else outcomes.set(event.id, said ? 'ignored: no letter of ours' : `ignored: ${event.type}`)
  }
  const risen = [...news].map(([letter, told]) => rise(letter, told, outcomes)).filter((one) => one !== null)
  await raiseLetters(
    ctx,
    risen.map(({ row }) => row),
  )
  return { lost: new Set(risen.flatMap(({ lost }) => lost ?? [])), outcomes }
}

const byProvider = (letters: HeldLetter[], { providerId }: MailEvent) =>
  providerId ? letters.find((letter) => letter.providerId === providerId) : undefined

type LostCause = ReturnType<typeof lostCause>
type News = { state: LetterState; reason: string | null; event: MailEvent }

const byHeight = (a: News, b: News) => Number(isAbove(a.state, b.state)) - Number(isAbove(b.state, a.state))

/** What one letter's events make of it, worked from the lowest state up; null when they tell nothing new. */
function rise(
  letter: HeldLetter,
  told: News[],
  outcomes: Map<string, string>,
): { row: RaisedLetter; lost: LostCause | null } | null {
  let { state } = letter
  const steps: RaisedLetter[] = []
  for (const { event, ...said } of told.toSorted(byHeight)) {
    if (!isAbove(said.state, state)) {
      outcomes.set(event.id, `known: ${state}`)
      continue
    }
    state = said.state
    outcomes.set(event.id, state)
    const before = steps.at(-1)
    steps.push({
      id: letter.id,
      ...said,
      at: event.at,
      takenAt: before?.takenAt ?? event.at,
      deliveredAt: state === 'delivered' ? event.at : (before?.deliveredAt ?? null),
      providerId: before?.providerId ?? event.providerId,
    })
  }
  const row = steps.at(-1)
  if (!row) return null
  const isLost = mustArrive(letter) && letter.closedAt === null && undeliverable.includes(row.state)
  return { row, lost: isLost ? lostCause(letter) : null }
}
