import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { type ComputedPlan, computePlan } from './computePlan.ts'
import { type CalendarEvent, calendarText, eventLines } from './iCalendar.ts'
import { movements } from './movements.ts'
import { readPlan, reviseEntries } from './store.ts'

export interface Calendar {
  text: string
  /** HTTP ETag with its quotes; changes only with the text. */
  etag: string
}

/** The viewer's plan as a calendar file. Throws `not_found` without a plan, `database_unavailable`. */
export async function planCalendar(ctx: Ctx, viewer: Viewer): Promise<Calendar> {
  const plan = await computePlan(ctx, viewer)
  if (!plan.row) throw new AppError('not_found', 'no plan')
  return calendarOf(ctx, viewer.personId, plan)
}

/** No person has this id. A forged address is looked up with it, so that it takes as long as a genuine one. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * The feed behind a secret address, for a calendar program without a login. After the access ended the calendar stays,
 * but is empty. Throws `not_found` alike for a forged, a former and a switched-off address, after the same look at the
 * database; `rate_limited`, `database_unavailable`.
 */
export async function readFeed(ctx: Ctx, input: { token: string; ip: string }): Promise<Calendar> {
  const personId = ctx.tokens.feedPerson(input.token) ?? NOBODY
  const row = await readPlan(ctx.db, personId)
  const genuine = ctx.tokens.isFeedToken(input.token, personId, row?.feedVersion ?? 0)
  if (!row || row.feedVersion === null || !genuine) {
    await ctx.limits.consume('feed_guess_per_ip', input.ip)
    throw new AppError('not_found', 'no such feed')
  }
  await ctx.limits.consume('feed_per_person', personId)
  const asLearner = { personId, role: 'learner', kind: 'proven', courses: [], degraded: false } as const
  return calendarOf(ctx, personId, await computePlan(ctx, { ...asLearner, courses: [] }))
}

/** Writes a new revision for each event that changed since the calendar was last read; a repeat writes nothing. */
async function calendarOf(ctx: Ctx, personId: string, plan: ComputedPlan): Promise<Calendar> {
  const planned = eventsOf(ctx, personId, plan)
  const revisions = await reviseEntries(
    ctx.db,
    personId,
    planned.map(({ lessonId, event }) => ({ lessonId, hash: ctx.tokens.sha256(eventLines(event).join('\n')) })),
    { movedAt: () => movements(ctx, personId, plan.row), now: ctx.clock.now() },
  )
  const events = planned.flatMap(({ lessonId, event }) => {
    const revision = revisions.get(lessonId)
    return revision ? [{ ...event, ...revision }] : []
  })
  const { title } = ctx.content.course()
  const text = calendarText({ name: `Wochenplan · ${title}`, description: sentence(plan), events })
  return { text, etag: `"${ctx.tokens.sha256(text)}"` }
}

function eventsOf(ctx: Ctx, personId: string, plan: ComputedPlan): { lessonId: string; event: CalendarEvent }[] {
  const { siteUrl } = ctx.settings
  const host = new URL(siteUrl).hostname
  const owner = ctx.ids.fromName(`plan:${personId}`)
  const [hour = 0, minute = 0] = (plan.row?.time ?? '00:00').split(':').map(Number)
  return plan.days.flatMap(({ day, lessons }) => {
    let at = hour * 60 + minute
    return lessons.map((lesson) => {
      const minutes = Math.max(1, Math.ceil(lesson.seconds / 60))
      const url = `${siteUrl}/lektionen/${encodeURIComponent(lesson.slug)}`
      const event = {
        uid: `lektion-${lesson.id}.${owner}@${host}`,
        summary: `Lektion ${lesson.number}: ${lesson.title}`,
        description: `${lesson.goal}\n${url}`,
        ...{ url, day, startMinute: at, minutes },
      }
      at += minutes
      return { lessonId: lesson.id, event }
    })
  })
}

function sentence({ access, days, remaining }: ComputedPlan): string {
  if (access !== 'active') return 'Dein Zugang zum Kurs ist beendet, darum steht hier nichts mehr.'
  if (remaining.length === 0) return 'Alle Lektionen sind gesehen. Hier steht nichts mehr.'
  return days.length === 0
    ? 'Zurzeit ist nichts geplant.'
    : 'Ändert sich dein Plan, ändern sich diese Termine von selbst.'
}
