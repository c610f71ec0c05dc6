import { grantsFrom } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export interface SourceGrant {
  course: string
  startsAt: Date
  createdAt: Date
  revokedAt: Date | null
  revokeReason: string | null
}

/**
 * The grants that one source (`purchase:{id}`, `hand:{key}`) opened, active or ended, oldest first. For the operator.
 */
export async function grantsOfSource(ctx: Ctx, source: string): Promise<SourceGrant[]> {
  const grants = await grantsFrom(ctx, source)
  return grants.map(({ course, startsAt, createdAt, revokedAt, revokeReason }) => ({
    course,
    startsAt,
    createdAt,
    revokedAt,
    revokeReason,
  }))
}
