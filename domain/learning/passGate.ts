import { grantState } from '#domain/access/grantState.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { AppError, isDatabaseAway } from '#errors'
import type { Ctx, Lesson } from '#ports'
import {
  type Holding,
  type MomentOf,
  type Release,
  type ReleaseOverride,
  release,
  ruleFor,
} from './releases/release.ts'
import { overridesFor } from './releases/schedule.ts'
import { wasOpened } from './store.ts'

export const COURSE = 'kurs'

/** Enough for all learners who watch at the same time; beyond it the oldest entry is forgotten. */
const REMEMBERED_GRANTS = 20_000
const remembered = new WeakMap<object, Map<string, Holding[]>>()

/** Remembers in this process from when to when somebody had the course, for times without a database. */
export function rememberGrant(ctx: Ctx, personId: string, holdings: Holding[]): void {
  let grants = remembered.get(ctx.db)
  if (!grants) {
    grants = new Map()
    remembered.set(ctx.db, grants)
  }
  grants.delete(personId)
  grants.set(personId, holdings)
  if (grants.size > REMEMBERED_GRANTS) grants.delete(grants.keys().next().value!)
}

/** What `rememberGrant` last noted; null when this process has not read the person's grants. */
export const rememberedGrant = (ctx: Ctx, personId: string): Holding[] | null =>
  remembered.get(ctx.db)?.get(personId) ?? null

/** A proven admin session passes every gate, so that the operator can check films. */
export const isOperator = (viewer: Viewer): boolean => viewer.role === 'admin' && viewer.kind === 'proven'

const sinceEver: Holding[] = [{ startsAt: new Date(0), endedAt: null }]

/**
 * The release as far as it can be known without a database: when the grants are unknown too, releases by days count as
 * open, because whoever paid is better let in than kept out.
 */
export function releaseWithoutDatabase(
  lesson: Lesson,
  holdings: readonly Holding[] | null,
  override: ReleaseOverride,
  now: Date,
  moment?: MomentOf,
): Release {
  return release(lesson, holdings ?? sinceEver, override, now, moment)
}

const notReleased = (opensAt: Date | null) =>
  new AppError('not_released', 'not open yet', { facts: { opensAt: opensAt?.toISOString() ?? null } })

/**
 * Lets this viewer watch this lesson now, or throws. Free lessons are open to everybody; others need an active grant
 * and an open release, or to have been opened before. Without a database the viewer's claim, the remembered grant and
 * the release file decide. Throws `unauthenticated`, `no_grant`, `grant_revoked`, `not_released` (`facts.opensAt`: ISO
 * instant).
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
  // `courses` was read from the database with this request; only releases that count days need the grants.
  const owns = viewer.courses.includes(COURSE)
  if (owns && release(lesson, [], override, now).open) return
  const grant = await grantState(ctx, viewer.personId, COURSE)
  if (grant.state === 'none') throw new AppError('no_grant')
  if (grant.state === 'revoked') throw new AppError('grant_revoked')
  rememberGrant(ctx, viewer.personId, grant.holdings)
  const { open, opensAt } = release(lesson, grant.holdings, override, now)
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
