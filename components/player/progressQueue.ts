import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { PlayerError, PROGRESS_PATH, type SentReport, sendReports } from './api.ts'
import { announce } from './progressEvents.ts'
import { forgetSettings } from './settings.ts'
import { joinPieces, type Piece } from './watched.ts'

/**
 * The browser's own copy of progress. A report is written to IndexedDB before it is sent and deleted only after a 200
 * (a 202 means: the server's database is away). What is left is sent at the next chance, also by a later page.
 */
interface Report {
  learnerId: string
  lessonId: string
  ranges: Piece[]
  position?: number
  done?: boolean
  /** This device's clock, milliseconds. */
  at: number
}
type Stored = Report & { id: number }
interface Schema extends DBSchema {
  reports: { key: number; value: Report & { id?: number }; indexes: { learnerId: string } }
}

const NAME = 'werkstatt'
/** The server takes 200 a request and 64 kB; this stays below both. */
const MAX_PER_REQUEST = 40
const MAX_PIECES = 100
const RETRY_MS = 15_000

let database: Promise<IDBPDatabase<Schema>> | null = null
const open = () => {
  database ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('reports', { keyPath: 'id', autoIncrement: true }).createIndex('learnerId', 'learnerId')
    },
  })
  return database
}

const clientId = crypto.randomUUID()
/** Not yet confirmed, also where IndexedDB is forbidden (private windows): the page's own memory. */
const waiting = new Map<number, Stored>()
let nextOwnId = -1
let sending: Promise<void> | null = null
let again: ReturnType<typeof setTimeout> | undefined

/** Keeps a report and tries to send everything that waits. Never throws. */
export async function keepReport(report: Report): Promise<void> {
  const id = await open()
    .then((db) => db.add('reports', report))
    .catch(() => nextOwnId--)
  waiting.set(id, { ...report, id })
  await flushReports(report.learnerId)
}

/** Sends what waits for this learner. Calls during a run join it and one more run follows. */
export async function flushReports(learnerId: string): Promise<void> {
  while (sending) await sending
  sending = run(learnerId).finally(() => {
    sending = null
  })
  await sending
}

async function run(learnerId: string): Promise<void> {
  clearTimeout(again)
  for (let round = 0; round < 50; round += 1) {
    const groups = groupReports(await readWaiting(learnerId)).slice(0, MAX_PER_REQUEST)
    if (groups.length === 0) return
    if (!(await sendGroups(groups))) {
      again = setTimeout(() => void flushReports(learnerId), RETRY_MS)
      return
    }
  }
}

interface Group {
  ids: number[]
  report: Report
}

async function readWaiting(learnerId: string): Promise<Stored[]> {
  const stored = await open()
    .then((db) => db.getAllFromIndex('reports', 'learnerId', learnerId))
    .catch(() => [])
  for (const one of stored) if (one.id !== undefined) waiting.set(one.id, { ...one, id: one.id })
  return [...waiting.values()].filter((one) => one.learnerId === learnerId).sort((a, b) => a.at - b.at)
}

/** One report per lesson from many; ticks stay by themselves, since each has its own time. */
function groupReports(reports: Stored[]): Group[] {
  const groups: Group[] = []
  for (const { id, ...report } of reports) {
    const same = groups.find(
      (group) =>
        group.report.lessonId === report.lessonId &&
        group.report.done === undefined &&
        report.done === undefined &&
        group.report.ranges.length + report.ranges.length <= MAX_PIECES,
    )
    if (!same) groups.push({ ids: [id], report })
    else {
      same.ids.push(id)
      same.report = {
        ...same.report,
        ...(report.position === undefined ? {} : { position: report.position }),
        at: report.at,
        ranges: joinPieces(same.report.ranges, report.ranges),
      }
    }
  }
  return groups
}

const asSent = ({ report }: Group): SentReport => {
  const { learnerId: _, ...rest } = report
  return { ...rest, sentAt: Date.now(), clientId }
}

/** True when these groups need no further try. */
async function sendGroups(groups: Group[]): Promise<boolean> {
  try {
    const { kept, lessons, refused } = await sendReports(groups.map(asSent))
    if (kept) {
      announce({ kind: 'kept', where: 'journal' })
      return false
    }
    await forget(groups)
    for (const lesson of lessons) announce({ kind: 'saved', lesson })
    announce({ kind: 'sent' })
    if (refused.some((one) => one.code === 'grant_revoked'))
      announce({ kind: 'revoked', message: 'Dein Zugang zu diesem Kurs ist beendet.' })
    return true
  } catch (error) {
    if (!(error instanceof PlayerError)) throw error
    return afterRefusal(groups, error)
  }
}

async function afterRefusal(groups: Group[], error: PlayerError): Promise<boolean> {
  const definite = [400, 403, 404, 413].includes(error.status)
  if (definite && groups.length > 1) {
    // One bad report must not hold back its neighbours.
    for (const group of groups) if (!(await sendGroups([group]))) return false
    return true
  }
  if (error.code === 'grant_revoked') announce({ kind: 'revoked', message: error.message })
  if (definite) {
    await forget(groups)
    return true
  }
  if (error.status === 401) announce({ kind: 'login' })
  else announce({ kind: 'kept', where: error.code === 'offline' ? 'offline' : 'failing' })
  return false
}

async function forget(groups: Group[]): Promise<void> {
  const ids = groups.flatMap((group) => group.ids)
  for (const id of ids) waiting.delete(id)
  const stored = ids.filter((id) => id > 0)
  await open()
    .then((db) => {
      const change = db.transaction('reports', 'readwrite')
      return Promise.all([...stored.map((id) => change.store.delete(id)), change.done])
    })
    .catch(() => {})
}

/**
 * The page is going away: no time to wait for an answer, so the copy stays and the next page sends it once more, which is
 * harmless. `last` is what was watched since the last report.
 */
export function sendLast(last: Report): void {
  const own = [...waiting.values()].filter((one) => one.learnerId === last.learnerId)
  const groups = groupReports([...own, { ...last, id: 0 }]).slice(-MAX_PER_REQUEST)
  navigator.sendBeacon(PROGRESS_PATH, JSON.stringify(groups.map(asSent)))
  void open()
    .then((db) => db.add('reports', last))
    .catch(() => {})
}

/** After a logout nothing of this person stays on the device; what could be sent was sent by `flushReports` before. */
export async function forgetLearner(learnerId: string): Promise<void> {
  clearTimeout(again)
  forgetSettings()
  await forget((await readWaiting(learnerId)).map(({ id, ...report }) => ({ ids: [id], report })))
}
