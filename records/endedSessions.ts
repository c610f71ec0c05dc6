import type { EndedSessions } from '#ports'

/** More logouts than one outage brings; beyond it the oldest are forgotten. */
const KEPT = 10_000

/** The port `EndedSessions`: a bounded memory of one process. */
export function createEndedSessions(): EndedSessions {
  const sessions = new Map<string, true>()
  /** Person → until when their sessions ended, in ms. */
  const people = new Map<string, number>()
  const keep = <Value>(map: Map<string, Value>, key: string, value: Value) => {
    map.delete(key)
    map.set(key, value)
    if (map.size > KEPT) map.delete(map.keys().next().value as string)
  }
  return {
    add({ personId, sessionId, everywhere, at }) {
      keep(sessions, sessionId, true)
      if (everywhere) keep(people, personId, at.getTime())
    },
    has: (sid) => sessions.has(sid),
    hasAll: ({ sub, seen }) => seen * 1000 <= (people.get(sub) ?? Number.NEGATIVE_INFINITY),
  }
}
