import { createQueue, type Row } from '#browser/kit/queue.ts'
import { createSender, isDefinite, NotNow } from '#browser/kit/sender.ts'
import type { ProgressState } from '#domain/learning/rules.ts'
import { announce } from './progressEvents.ts'
import { type SentReport, sendReports } from './sendReports.ts'
import { joinPieces, type Piece } from './watched.ts'

/** What was watched or ticked in one lesson. */
interface Report {
  learnerId: string
  lessonId: string
  ranges: Piece[]
  position?: number
  done?: boolean
  /** This device's clock, milliseconds. */
  at: number
}
type Waiting = Row<Report>

/** Limits of one request: below the server's (`MAX_REPORTS_PER_REQUEST`), so that its bytes fit in too. */
const MAX_PER_REQUEST = 40
const MAX_PIECES = 100

const clientId = crypto.randomUUID()
/**
 * Reports of watched film and ticks, until the server has them. A report is removed only after a 200 (202 means that
 * the server's database is away). The others are sent at the next chance, perhaps by a later page; sending twice is
 * harmless.
 */
const queue = createQueue<Report>('report')
const sender = createSender([{ queue, batch, send }], (_, stopped) => {
  if (!stopped) return announce({ kind: 'sent' })
  const { status, refusal } = stopped
  if (refusal.code === 'grant_revoked') announce({ kind: 'revoked', message: refusal.message })
  else if (status === 401) announce({ kind: 'login' })
  else announce({ kind: 'kept', where: status === 202 ? 'journal' : status === 0 ? 'offline' : 'failing' })
})

/** Keeps a report and tries to send everything that waits. */
export async function keepReport(report: Report): Promise<void> {
  putReport(report)
  await sender.flush(report.learnerId)
}

/** Keeps a report without sending it. */
function putReport(report: Report): void {
  const { learnerId, at } = report
  queue.put({ learnerId, key: crypto.randomUUID(), version: 1, at, value: report })
}

/** Sends what waits for this learner. */
export const flushReports = (learnerId: string): Promise<void> => sender.flush(learnerId)

/** The page is going away: `last` is what was watched since the last report. */
export function sendLast(last: Report): void {
  putReport(last)
  sender.leave()
}

interface Group {
  rows: Waiting[]
  report: Report
}

/** Joins reports into one per lesson; ticks stay separate, because each has its own time. */
function groupsOf(rows: Waiting[]): Group[] {
  const groups: Group[] = []
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const report = row.value
    const same = groups.find(
      (group) =>
        group.report.lessonId === report.lessonId &&
        group.report.done === undefined &&
        report.done === undefined &&
        group.report.ranges.length + report.ranges.length <= MAX_PIECES,
    )
    if (!same) groups.push({ rows: [row], report })
    else {
      same.rows.push(row)
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

function batch(rows: Waiting[]): Waiting[] {
  return groupsOf(rows)
    .slice(0, MAX_PER_REQUEST)
    .flatMap((group) => group.rows)
}

const asSent = ({ report }: Group): SentReport => {
  const { learnerId: _, ...rest } = report
  return { ...rest, sentAt: Date.now(), clientId }
}

async function send(learnerId: string, rows: Waiting[]): Promise<void> {
  const groups = groupsOf(rows)
  const answer = await sendReports(groups.map(asSent))
  if (answer.ok) {
    const { stored, lessons = [], refused = [] } = answer.value
    if (stored === 'journal') throw new NotNow(answer.status, { code: 'journal', message: '' })
    for (const row of rows) queue.drop(row)
    for (const lesson of lessons) announce({ kind: 'saved', learnerId, lesson })
    if (refused.some((one) => one.code === 'grant_revoked'))
      announce({ kind: 'revoked', message: 'Dein Zugang zu diesem Kurs ist beendet.' })
    return
  }
  if (!isDefinite(answer.status)) throw new NotNow(answer.status, answer.refusal)
  // One bad report must not block the others, so they are sent one by one.
  if (groups.length > 1) for (const group of groups) await send(learnerId, group.rows)
  else {
    for (const row of rows) queue.drop(row)
    if (answer.refusal.code === 'grant_revoked') announce({ kind: 'revoked', message: answer.refusal.message })
  }
}

/** A lesson's state from an answer, with this page's unsent tick, which the answer does not know yet. */
export function withOwnTick(learnerId: string, lesson: ProgressState): ProgressState {
  const tick = queue
    .own(learnerId)
    .findLast(({ value }) => value.lessonId === lesson.lessonId && value.done !== undefined)
  return tick?.value.done === undefined ? lesson : { ...lesson, done: tick.value.done, doneMark: tick.value.done }
}

/**
 * For a logout: removes this person's reports from the device. Call `flushReports` before, to send what can be sent.
 */
export const forgetReports = (learnerId: string): Promise<void> => queue.forget(learnerId)
