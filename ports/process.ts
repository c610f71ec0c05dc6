/** The database's time, as far as it is known: what is written with it orders our own work. */
export interface Clock {
  now(): Date
  /** Resolves once it is the database's and not the machine's; rejects while the database does not answer. */
  known?(): Promise<void>
  /** A pause between calls to somebody we must not hurry; tests with their own clock do without. */
  wait?(ms: number): Promise<void>
}

/** Signs of life that rows and jobs give. Rejects with `database_unavailable`. */
export interface Vitals {
  pulse(): Promise<Pulse>
}

export interface Pulse {
  /** The newest sign of life of any worker; null if there never was one. */
  workerBeatAt: Date | null
  /** When the oldest event that nobody has handled yet came in. */
  oldestOpenEventAt: Date | null
  openEvents: number
  /** Jobs that failed for good. */
  deadJobs: number
}

export interface Ids {
  uuid(): string
  /** The same name always gives the same id: a second job or letter for one cause collides. */
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
 * Sessions that ended while the database was away, in this process's own memory: until their rows have followed, no
 * cookie of theirs may vouch for itself here.
 */
export interface EndedSessions {
  add(ended: { personId: string; sessionId: string; everywhere: boolean; at: Date }): void
  /** This very session was ended here. */
  has(sid: string): boolean
  /** The person ended all of theirs after this one was last confirmed (`seen`, seconds since 1970). */
  hasAll(claims: { sub: string; seen: number }): boolean
}
