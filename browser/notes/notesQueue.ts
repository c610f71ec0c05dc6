import { createQueue, type Row } from '#browser/kit/queue.ts'
import type { SentChange } from './localNote.ts'

/** A change of a note that waits to be sent. */
export interface WaitingChange {
  change: SentChange
  /** Refused for good: kept, shown, and not sent again by itself. */
  refused?: string
}

/** A tick of a checklist, set or taken back, that waits to be sent. */
export interface WaitingTick {
  learnerId: string
  lessonId: string
  item: string
  ticked: boolean
  /** This device's clock, milliseconds. */
  at: number
}

/** Each page has a row of its own per note, so that no tab overwrites what another has yet to send. */
export const changes = createQueue<WaitingChange>('note')
/** Of each tick only the newest is kept. */
export const ticks = createQueue<WaitingTick>('tick')

/** The row of a note's change; it replaces older ones of the same page. */
export const changeRow = (
  learnerId: string,
  change: Pick<SentChange, 'id' | 'writer' | 'seq'>,
): Omit<Row<never>, 'value' | 'at'> => ({ learnerId, key: `${change.id} ${change.writer}`, version: change.seq })

export function putChange(learnerId: string, change: SentChange): void {
  changes.put({ ...changeRow(learnerId, change), at: Date.now(), value: { change } })
}

export function putTick(tick: WaitingTick): void {
  const { learnerId, lessonId, item, at } = tick
  ticks.put({ learnerId, key: `${lessonId} ${item}`, version: at, at, value: tick })
}

/** Changes that wait for this learner, oldest first. */
export const changesOf = async (learnerId: string): Promise<SentChange[]> =>
  (await changes.waiting(learnerId)).map(({ value }) => value.change)

export const ticksOf = async (learnerId: string): Promise<WaitingTick[]> =>
  (await ticks.waiting(learnerId)).map(({ value }) => value)

/** For a logout: removes this person's changes from the device. Call `flushNotes` before, to send what can be sent. */
export async function forgetNotes(learnerId: string): Promise<void> {
  await Promise.all([changes.forget(learnerId), ticks.forget(learnerId)])
}
