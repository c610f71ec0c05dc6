import { grantsFrom } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export interface SourceGrant {
  course: string
  startsAt: Date
  createdAt: Date
  revokedAt: Date | null
  revokeReason: string | null
}

/** What a cause (`purchase:{id}`, `hand:{id}`) opened and whether it still is, for the operator; oldest first. */
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
