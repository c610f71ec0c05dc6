import type { Viewer } from '#domain/access/rules.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Ctx } from '#ports'
import { countBegun } from './store.ts'

/**
 * How many of the viewer's notes and bookmarks were begun from one day in Berlin to another, both included; deleted
 * ones and copies do not count. Throws `database_unavailable`.
 */
export const notesBegun = (
  ctx: Pick<Ctx, 'db'>,
  { viewer, from, to }: { viewer: Viewer; from: Day; to: Day },
): Promise<{ notes: number; bookmarks: number }> => countBegun(ctx.db, viewer.personId, from, to)
