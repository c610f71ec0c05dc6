import { forgetLeft } from '#browser/kit/leftTyped.ts'
import { createQueue, type Row } from '#browser/kit/queue.ts'

import type { SentChange } from './localNote.ts'

/**
 * What waits to be sent of notes and ticks. Each page has its own place per note, so that no tab overwrites what
 * another one still has to send; of a tick the newest stands for all.
 */
export interface WaitingChange {
  change: SentChange
  /** Refused for good: kept, shown, and not sent again by itself. */
  refused?: string
}
export interface WaitingTick {
  learnerId: string
  lessonId: string
  item: string
  ticked: boolean
  /** This device's clock, milliseconds. */
  at: number
}

export const changes = createQueue<WaitingChange>('note')
export const ticks = createQueue<WaitingTick>('tick')

/** Where a change of a note waits; it takes out every older one of the same page. */
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

/** After a logout nothing of this person stays on the device; what could be sent was sent by `flushNotes` before. */
export async function forgetNotes(learnerId: string): Promise<void> {
  forgetLeft()
  await Promise.all([changes.forget(learnerId), ticks.forget(learnerId)])
}
