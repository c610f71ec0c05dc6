import { grantState } from '#domain/access/grantState.ts'
import { isOperator, type Viewer } from '#domain/access/rules.ts'
import { AppError, isDatabaseAway } from '#errors'
import type { Ctx, Lesson } from '#ports'
import { release, releaseWithoutDatabase, ruleFor } from './releases/release.ts'
import { overridesFor } from './releases/schedule.ts'
import { rememberedGrant, rememberGrant } from './rememberedGrants.ts'
import { COURSE } from './rules.ts'
import { wasOpened } from './store.ts'

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

const notReleased = (opensAt: Date | null) =>
  new AppError('not_released', 'not open yet', { facts: { opensAt: opensAt?.toISOString() ?? null } })
