import type { DatabaseTrouble } from '#ports'

/**
 * What an error says of the server instead of the statement, by SQLSTATE and by what node says of the connection.
 * Everything else (constraints, deadlocks, cancelled or wrong statements, corrupt data) is the statement's own matter.
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

/** True for errors that speak about the connection or the server's role: whether it is lost, a probe must say. */
export function looksLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (lostCodes.has(code) || lostStates.test(code) || code === READ_ONLY) return true
  // A FATAL ends the connection, whatever its reason: a database closed for maintenance, a changed password.
  if ((error as { severity?: string }).severity === 'FATAL') return true
  const inner = error instanceof AggregateError ? error.errors.some(looksLost) : false
  return inner || lostMessages.test(error.message)
}

/** The server lives, but has no room for this statement: it did nothing, and may be able to later. */
export const looksFull = (error: unknown): boolean =>
  error instanceof Error && !looksLost(error) && noRoomStates.test(codeOf(error))

const neverBegan = /timeout exceeded when trying to connect|terminated due to connection timeout/

/** No connection in time: nothing was sent. */
export const neverSent = (error: unknown): boolean => error instanceof Error && neverBegan.test(error.message)

/** As PostgreSQL would say it, for a connection that only reads and must not enter the pool. */
export class ReadOnlyServer extends Error {
  readonly code = READ_ONLY
  constructor() {
    super('the server takes no writes: it is a standby, or set to read only')
  }
}

export type Verdict = 'up' | Exclude<DatabaseTrouble, 'no_room'>
