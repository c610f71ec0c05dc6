import type { DatabaseTrouble } from '#ports'

/**
 * Tells errors that concern the server or the connection from those of a single statement, by SQLSTATE and node's error
 * codes. Everything else (constraints, deadlocks, cancelled or wrong statements, corrupt data) concerns only the
 * statement.
 */

const lostCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
const lostMessages = /timeout exceeded when trying to connect|Query read timeout|Connection terminated|not queryable/

/** Connections (08), too many of them, stopped, crashed, starting, the database dropped, the session ended as idle. */
const lostStates = /^(08...|53300|57P0[1-5])$/
/** A standby nobody promoted, a demoted primary, `default_transaction_read_only`. */
const READ_ONLY = '25006'
/** Disk, memory or another resource is used up, or the disk itself fails: reads and small writes may go on. */
const noRoomStates = /^(53...|58...)$/

const codeOf = (error: Error) => (error as { code?: string }).code ?? ''

/** True for errors about the connection or the server's role; a probe must then find out whether the server is lost. */
export function looksLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (lostCodes.has(code) || lostStates.test(code) || code === READ_ONLY) return true
  // FATAL always ends the connection, whatever the reason: a database closed for maintenance, a changed password.
  if ((error as { severity?: string }).severity === 'FATAL') return true
  const inner = error instanceof AggregateError ? error.errors.some(looksLost) : false
  return inner || lostMessages.test(error.message)
}

/** True when the server lives but has no room for this statement: it did nothing, and a later try may work. */
export const looksFull = (error: unknown): boolean =>
  error instanceof Error && !looksLost(error) && noRoomStates.test(codeOf(error))

const neverBegan = /timeout exceeded when trying to connect|terminated due to connection timeout/

/** True when there was no connection in time, so that nothing was sent. */
export const neverSent = (error: unknown): boolean => error instanceof Error && neverBegan.test(error.message)

/** PostgreSQL's own error code, for a connection that can only read and must not enter the pool. */
export class ReadOnlyServer extends Error {
  readonly code = READ_ONLY
  constructor() {
    super('the server takes no writes: it is a standby, or set to read only')
  }
}

export type Verdict = 'up' | Exclude<DatabaseTrouble, 'no_room'>
