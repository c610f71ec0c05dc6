import { accessLimits, type Viewer } from '#domain/access/rules.ts'
import { liveSessionsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export interface SessionView {
  id: string
  /** „Firefox auf Windows“. */
  device: string
  kind: 'proven' | 'unproven'
  createdAt: Date
  lastSeenAt: Date
  /** This is the session that asks. */
  current: boolean
}

/** The viewer's live sessions, last used first, at most 50. */
export async function listSessions(ctx: Ctx, viewer: Viewer): Promise<SessionView[]> {
  const rows = await liveSessionsOf(ctx, viewer.personId, ctx.clock.now(), accessLimits.listedSessions)
  return rows.map(({ id, device, kind, createdAt, lastSeenAt }) => ({
    id,
    device,
    kind,
    createdAt,
    lastSeenAt,
    current: id === viewer.sessionId,
  }))
}
