import type { NotebookData } from '#domain/learning/notes/notebookRules.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { Answer, SentChange } from './localNote.ts'
import { announceNotes, type SyncState } from './notesNews.ts'
import { changesOf, dropChange, dropTick, keepBook, putChange, ticksOf, type WaitingChange } from './outbox.ts'

/** Sends what waits on this device, notes first; and reads what is stored. */
export const NOTES_PATH = '/api/notes'
const CHECKLIST_PATH = '/api/checklist'
const WAIT_MS = 15_000
const RETRY_MS = 15_000
/** The server takes 50 changes and 64 kB a request, a beacon 64 kB altogether. */
const MAX_CHANGES = 50
export const MAX_BYTES = 60_000

/** The server's refusal, or `offline` without an answer. */
class NotesError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

async function call<Value>(path: string, body?: unknown): Promise<Value> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(WAIT_MS),
  }).catch(() => {
    throw new NotesError('offline', 0, 'Die Verbindung ist weg.')
  })
  const value = (await response.json().catch(() => null)) as { error?: { code: string; message: string } } | null
  if (response.ok && value) return value as Value
  throw new NotesError(value?.error?.code ?? 'internal', response.status, value?.error?.message ?? 'Das ging schief.')
}

/** The stored notes and ticks of one lesson. */
export const readLesson = (lessonId: string): Promise<{ notes: NoteState[]; ticked: string[] }> =>
  call(`${NOTES_PATH}?lektion=${encodeURIComponent(lessonId)}`)

/** The whole book; a copy stays on this device. */
export async function readBook(learnerId: string): Promise<NotebookData> {
  const book = await call<NotebookData>(NOTES_PATH)
  await keepBook(learnerId, book)
  return book
}

let sending: Promise<void> | null = null
let again: ReturnType<typeof setTimeout> | undefined

/** Sends what waits for this learner. Calls during a run join it and one more run follows. Never throws. */
export async function flushNotes(learnerId: string): Promise<void> {
  while (sending) await sending
  sending = run(learnerId).finally(() => {
    sending = null
  })
  await sending
}

async function run(learnerId: string): Promise<void> {
  clearTimeout(again)
  try {
    await sendAllChanges(learnerId)
    await sendTicks(learnerId)
    announceNotes({ kind: 'sync', learnerId, state: 'sent' })
  } catch (error) {
    if (!(error instanceof NotesError)) throw error
    const state: SyncState = error.code === 'offline' ? 'offline' : error.status === 401 ? 'login' : 'failing'
    announceNotes({ kind: 'sync', learnerId, state, message: error.message })
    again = setTimeout(() => void flushNotes(learnerId), RETRY_MS)
  }
}

async function sendAllChanges(learnerId: string): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const batch = batchOf((await changesOf(learnerId)).filter(({ refused }) => refused === undefined))
    if (batch.length === 0) return
    await sendChanges(learnerId, batch)
  }
}

const wire = ({ learnerId: _, at: __, refused: ___, ...change }: WaitingChange): SentChange => change
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

/** As many as one request takes, and always the first. */
function batchOf(waiting: WaitingChange[]): WaitingChange[] {
  let bytes = 0
  return waiting.slice(0, MAX_CHANGES).filter((change, index) => {
    bytes += bytesOf(wire(change)) + 1
    return index === 0 || bytes < MAX_BYTES
  })
}

/** What no repetition changes. */
const definite = [400, 403, 404, 409, 413, 415]

async function sendChanges(learnerId: string, batch: WaitingChange[]): Promise<void> {
  try {
    const { changes } = await call<{ changes: Answer[] }>(NOTES_PATH, batch.map(wire))
    for (const [index, answer] of changes.entries()) await settle(learnerId, batch[index], answer)
  } catch (error) {
    if (!(error instanceof NotesError) || !definite.includes(error.status)) throw error
    // One bad change must not hold back its neighbours.
    if (batch.length > 1) for (const one of batch) await sendChanges(learnerId, [one])
    else if (batch[0]) await settle(learnerId, batch[0], refusedBy(batch[0], error))
  }
}

const refusedBy = ({ id, writer, seq }: WaitingChange, { code, message }: NotesError): Answer => ({
  ...{ id, writer, seq, note: null },
  outcome: 'refused',
  refusal: { code, message },
})

async function settle(learnerId: string, sent: WaitingChange | undefined, answer: Answer): Promise<void> {
  if (!sent) return
  const refused = answer.outcome === 'refused' && !sent.deleted && sent.body !== ''
  // A text nobody takes stays on this device until its author decides.
  if (refused) await putChange({ ...sent, refused: answer.refusal?.message ?? '' })
  else await dropChange(sent)
  // Nobody takes what this text replaced either; everything else is answered by itself.
  if (answer.outcome === 'gone' || answer.outcome === 'refused')
    for (const [writer, seq] of sent.over) await dropChange({ id: sent.id, writer, seq })
  announceNotes({ kind: 'answered', learnerId, answer, sent: wire(sent) })
}

async function sendTicks(learnerId: string): Promise<void> {
  const ticks = await ticksOf(learnerId)
  if (ticks.length === 0) return
  const send = (some: typeof ticks) =>
    call(
      CHECKLIST_PATH,
      some.map(({ learnerId: _, ...tick }) => ({ ...tick, sentAt: Date.now() })),
    )
  const sendOneByOne = async () => {
    for (const tick of ticks)
      await send([tick]).catch((error) => {
        if (!(error instanceof NotesError) || !definite.includes(error.status)) throw error
      })
  }
  await send(ticks.slice(0, 200)).catch((error) => {
    if (!(error instanceof NotesError) || !definite.includes(error.status)) throw error
    return sendOneByOne()
  })
  for (const tick of ticks.slice(0, 200)) await dropTick(tick)
}

/** Refused changes are tried again, by a click or by a new page: the lesson may be open by now. */
export async function retryRefused(learnerId: string): Promise<void> {
  for (const change of await changesOf(learnerId))
    if (change.refused !== undefined) {
      const { refused: _, ...again } = change
      await putChange(again)
    }
  await flushNotes(learnerId)
}
