/** The database's time as far as it is known, so that times written by different processes are in order. */
export interface Clock {
  now(): Date
  /** Resolves once `now` is the database's time and not the machine's; rejects while the database does not answer. */
  known?(): Promise<void>
  /** A pause between calls to a service with a rate limit; absent in tests with a clock of their own. */
  wait?(ms: number): Promise<void>
}

/** Figures that show whether the work goes on. Rejects with `database_unavailable`. */
export interface Vitals {
  pulse(): Promise<Pulse>
}

export interface Pulse {
  /** The newest heartbeat of any worker; null if there never was one. */
  workerBeatAt: Date | null
  /** When the oldest unhandled event came in; null without one. */
  oldestOpenEventAt: Date | null
  openEvents: number
  /** Jobs that failed for good. */
  deadJobs: number
}

export interface Ids {
  uuid(): string
  /** The same name always gives the same id, so that a second job or letter for one cause collides with the first. */
  fromName(name: string): string
  /** URL-safe random secret of at least 128 bits. */
  secret(): string
}

export interface Log {
  info(facts: Record<string, unknown>, message: string): void
  warn(facts: Record<string, unknown>, message: string): void
  error(facts: Record<string, unknown>, message: string): void
}

/**
 * Sessions that ended while the database was away, in this process's memory: until their rows have followed, the claims
 * of their cookies do not count here.
 */
export interface EndedSessions {
  add(ended: { personId: string; sessionId: string; everywhere: boolean; at: Date }): void
  /** Whether this session was ended in this process. */
  has(sid: string): boolean
  /** Whether the person ended all sessions after this one was last confirmed (`seen`, seconds since 1970). */
  hasAll(claims: { sub: string; seen: number }): boolean
}
