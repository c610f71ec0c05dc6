import { grantState } from '#domain/access/grantState.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { AppError, isAppError } from '#errors'
import type { Ctx, Lesson } from '#ports'
import { type Release, type ReleaseOverride, release, ruleFor } from './release.ts'
import { overridesFor } from './schedule.ts'
import { wasOpened } from './store.ts'

export const COURSE = 'kurs'

/** Enough for every learner who watches at the same time; the oldest leave first. */
const REMEMBERED_GRANTS = 20_000
const remembered = new WeakMap<object, Map<string, Date>>()

/** Since when somebody has the course, as this process last read it: for the time without a database. */
export function rememberGrant(ctx: Ctx, personId: string, startsAt: Date): void {
  let grants = remembered.get(ctx.db)
  if (!grants) {
    grants = new Map()
    remembered.set(ctx.db, grants)
  }
  grants.delete(personId)
  grants.set(personId, startsAt)
  if (grants.size > REMEMBERED_GRANTS) grants.delete(grants.keys().next().value!)
}

export const rememberedGrant = (ctx: Ctx, personId: string): Date | null =>
  remembered.get(ctx.db)?.get(personId) ?? null

/** The operator checks films before anyone bought: a proven admin session passes every gate. */
export const isOperator = (viewer: Viewer): boolean => viewer.role === 'admin' && viewer.kind === 'proven'

export const isDatabaseAway = (error: unknown): boolean => isAppError(error) && error.code === 'database_unavailable'

/** Without a database and without a known start, days cannot be counted; who paid is then let in rather than kept out. */
export function releaseWithoutDatabase(
  lesson: Lesson,
  startsAt: Date | null,
  override: ReleaseOverride,
  now: Date,
): Release {
  if (override.rule.kind === 'days' && !startsAt) return { open: true, opensAt: null }
  return release(lesson, startsAt, override, now)
}

const notReleased = (opensAt: Date | null) =>
  new AppError('not_released', 'not open yet', { facts: { opensAt: opensAt?.toISOString() ?? null } })

/**
 * May this viewer watch this lesson now? Free lessons: everybody. Else an active grant and an open release, or a lesson
 * once opened. Works without a database by the viewer's claim, the remembered grant and the release file.
 * Throws `unauthenticated`, `no_grant`, `grant_revoked`, `not_released` (`facts.opensAt`: ISO instant).
 */
export async function passGate(ctx: Ctx, lesson: Lesson, viewer: Viewer | null): Promise<void> {
  if (lesson.free) return
  if (!viewer) throw new AppError('unauthenticated')
  if (isOperator(viewer)) return
  try {
    if (!viewer.degraded && ctx.db.health().up) return await passWithDatabase(ctx, lesson, viewer)
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
  }
  await passWithout(ctx, lesson, viewer)
}

async function passWithDatabase(ctx: Ctx, lesson: Lesson, viewer: Viewer): Promise<void> {
  const override = ruleFor(lesson, ctx.content.releases(), await overridesFor(ctx, viewer.personId))
  const now = ctx.clock.now()
  // `courses` was read from the database with this very request. Only a rule that counts days needs the grant's start.
  let startsAt: Date | null = null
  if (!viewer.courses.includes(COURSE) || override.rule.kind === 'days') {
    const grant = await grantState(ctx, viewer.personId, COURSE)
    if (grant.state === 'none') throw new AppError('no_grant')
    if (grant.state === 'revoked') throw new AppError('grant_revoked')
    startsAt = grant.startsAt
    rememberGrant(ctx, viewer.personId, startsAt)
  }
  const { open, opensAt } = release(lesson, startsAt, override, now)
  if (open || (await wasOpened(ctx.db, viewer.personId, lesson.id))) return
  throw notReleased(opensAt)
}

async function passWithout(ctx: Ctx, lesson: Lesson, viewer: Viewer): Promise<void> {
  if (!viewer.courses.includes(COURSE)) throw new AppError('no_grant')
  const override = ruleFor(lesson, ctx.content.releases(), await overridesFor(ctx, viewer.personId))
  const { open, opensAt } = releaseWithoutDatabase(
    lesson,
    rememberedGrant(ctx, viewer.personId),
    override,
    ctx.clock.now(),
  )
  if (!open) throw notReleased(opensAt)
}
