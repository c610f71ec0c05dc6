import type { ApiAnswer } from '#browser/kit/callApi.ts'
import { postRows } from '#browser/kit/sender.ts'
import type { ProgressState } from '#domain/learning/rules.ts'

/** What was watched or ticked in one lesson, as the server takes it (`checkReport` in `domain/learning/rules.ts`). */
export interface SentReport {
  lessonId: string
  /** Seconds of the film. */
  ranges: [number, number][]
  /** Seconds. */
  position?: number
  done?: boolean
  /** This device's clock, milliseconds; the server corrects it by `sentAt`. */
  at: number
  sentAt: number
  clientId: string
}

export interface RecordedReports {
  /** `journal`: the server has the reports on its disk only, so we keep our copy. */
  stored?: 'journal'
  lessons?: ProgressState[]
  refused?: { lessonId: string; code: string }[]
}

/** Sends reports, even while the page ends. */
export const sendReports = (reports: SentReport[]): Promise<ApiAnswer<RecordedReports>> =>
  postRows<RecordedReports>('/api/progress', reports)
