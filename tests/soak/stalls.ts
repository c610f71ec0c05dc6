/** When this machine stood still: waiting times mean nothing then. */
export interface Stalls {
  /** True if it stood still within the last `PATIENCE_MS`. */
  recently(): boolean
  readonly count: number
  end(): void
}

const BEAT_MS = 200
/** A beat this late means that processes got no processor; the web gives up connecting to PostgreSQL after seconds. */
const LATE_MS = 1_500
/** How long such a moment has effects: the web takes the database for lost and probes it from time to time. */
const PATIENCE_MS = 20_000

export function watchStalls(): Stalls {
  let last = Date.now()
  let stoodStillAt = 0
  let count = 0
  const timer = setInterval(() => {
    const now = Date.now()
    if (now - last > BEAT_MS + LATE_MS) {
      stoodStillAt = now
      count++
    }
    last = now
  }, BEAT_MS).unref()
  return {
    recently() {
      const now = Date.now()
      // The beat itself may be late at this moment.
      return now - last > BEAT_MS + LATE_MS || now - stoodStillAt < PATIENCE_MS
    },
    get count() {
      return count
    },
    end: () => clearInterval(timer),
  }
}
