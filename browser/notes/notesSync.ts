import { callApi, type Refusal } from '#browser/kit/callApi.ts'
import type { Row } from '#browser/kit/queue.ts'
import { createSender, isDefinite, NotNow, postRows } from '#browser/kit/sender.ts'
import { CHANGES_PER_REQUEST, TICKS_PER_REQUEST } from '#domain/learning/notes/noteLimits.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { Answer, SentChange } from './localNote.ts'
import { announceNotes, type SyncState } from './notesNews.ts'
import { changeRow, changes, ticks, type WaitingChange, type WaitingTick } from './notesQueue.ts'

const NOTES_PATH = '/api/notes'
const CHECKLIST_PATH = '/api/checklist'
const READ_MS = 15_000
/** Of one request: a little less than the server takes (`bodyLimits`), and than an ending page may send. */
const MAX_BYTES = 60_000

type ChangeRow = Row<WaitingChange>
type TickRow = Row<WaitingTick>

/** Sends what waits on this device; ticks first: they are small, and an ending page can send little. */
const sender = createSender(
  [
    { queue: ticks, batch: (rows: TickRow[]) => rows.slice(0, TICKS_PER_REQUEST), send: sendTicks },
    { queue: changes, batch: batchOf, send: sendChanges, rests: (row: ChangeRow) => row.value.refused !== undefined },
  ],
  (learnerId, stopped) => announceNotes({ kind: 'sync', learnerId, state: stateOf(stopped) }),
)

function stateOf(stopped: NotNow | null): SyncState {
  if (!stopped) return 'sent'
  return stopped.status === 0 ? 'offline' : stopped.status === 401 ? 'login' : 'failing'
}

/** Sends what waits for this learner. */
export const flushNotes = (learnerId: string): Promise<void> => sender.flush(learnerId)

/** Call when the page may be ending: sends everything of its own at once. */
export const sendNotesNow = (): void => sender.leave()

/**
 * The stored notes and ticks of one lesson, or the notes of a page of the book (`page`, a query); null when they cannot
 * be read.
 */
export async function readStored(
  lessonId: string | null,
  page = 'seite=1',
): Promise<{ notes: NoteState[]; ticked?: string[] } | null> {
  const query = lessonId === null ? page : `lektion=${encodeURIComponent(lessonId)}`
  const answer = await callApi<{ notes: NoteState[]; ticked?: string[] }>(`${NOTES_PATH}?${query}`, { waitMs: READ_MS })
  return answer.ok ? answer.value : null
}

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

/** The rows that fit into one request, at least the first. */
function batchOf(waiting: ChangeRow[]): ChangeRow[] {
  let bytes = 0
  return waiting.slice(0, CHANGES_PER_REQUEST).filter(({ value }, index) => {
    bytes += bytesOf(value.change) + 1
    return index === 0 || bytes < MAX_BYTES
  })
}

async function sendChanges(learnerId: string, rows: ChangeRow[]): Promise<void> {
  const sent = [...rows].sort((a, b) => a.at - b.at)
  const answer = await postRows<{ changes: Answer[] }>(
    NOTES_PATH,
    sent.map(({ value }) => value.change),
  )
  if (answer.ok) for (const [index, one] of answer.value.changes.entries()) settle(learnerId, sent[index], one)
  else if (!isDefinite(answer.status)) throw new NotNow(answer.status, answer.refusal)
  // One bad change must not block the others, so they are sent one by one.
  else if (sent.length > 1) for (const one of sent) await sendChanges(learnerId, [one])
  else if (sent[0]) settle(learnerId, sent[0], refusedBy(sent[0].value.change, answer.refusal))
}

const refusedBy = ({ id, writer, seq }: SentChange, { code, message }: Refusal): Answer => ({
  ...{ id, writer, seq, note: null },
  outcome: 'refused',
  refusal: { code, message },
})

function settle(learnerId: string, row: ChangeRow | undefined, answer: Answer): void {
  if (!row) return
  const { change } = row.value
  // A text that the server refuses stays on this device until its author decides.
  if (answer.outcome === 'refused' && !change.deleted && change.body !== '')
    changes.put({ ...row, value: { change, refused: answer.refusal?.message ?? '' } })
  else changes.drop(row)
  // The older changes that this one replaced are over too.
  if (answer.outcome === 'gone' || answer.outcome === 'refused')
    for (const [writer, seq] of change.over)
      changes.drop({ ...row, ...changeRow(learnerId, { id: change.id, writer, seq }) })
  announceNotes({ kind: 'answered', learnerId, answer, sent: change })
}

async function sendTicks(learnerId: string, rows: TickRow[]): Promise<void> {
  const answer = await postRows(
    CHECKLIST_PATH,
    rows.map(({ value: { learnerId: _, ...tick } }) => ({ ...tick, sentAt: Date.now() })),
  )
  if (!answer.ok && !isDefinite(answer.status)) throw new NotNow(answer.status, answer.refusal)
  if (!answer.ok && rows.length > 1) for (const row of rows) await sendTicks(learnerId, [row])
  else for (const row of rows) ticks.drop(row)
}

/** Refused changes are tried again, by a click or by a new page: the lesson may be open by now. */
export async function retryRefused(learnerId: string): Promise<void> {
  for (const row of await changes.waiting(learnerId))
    if (row.value.refused !== undefined) changes.put({ ...row, value: { change: row.value.change } })
  await flushNotes(learnerId)
}
