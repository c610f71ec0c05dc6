/** Append-only JSON lines on disk for what a missing database must not lose. `append` answers after fsync. */
export interface Journal {
  append(entries: JournalEntry[]): Promise<void>
  /**
   * Hands every journalled entry of this data folder to `merge`, then retires the files. Torn last lines are skipped.
   */
  drain(merge: (entries: JournalEntry[]) => Promise<void>): Promise<{ entries: number }>
}

export type JournalEntry = ProgressEntry | LogoutEntry

/** A logout while the database was away. */
export interface LogoutEntry {
  kind: 'logout'
  personId: string
  sessionId: string
  /** True: all of the person's sessions opened until `at`, not only this one. */
  everywhere: boolean
  at: string
}

export interface ProgressEntry {
  kind: 'progress'
  personId: string
  at: string
  data: ProgressReport
}

export interface ProgressReport {
  lessonId: string
  /** Seconds, `[from, to]`. */
  ranges: [number, number][]
  /** Seconds; absent when only the tick was set. */
  position?: number
  /** Corrected server time of the position. */
  at: string
  done?: boolean
  clientId: string
}
