import type { Ctx } from '#ports'
import { previewReleases } from './previewReleases.ts'
import type { PersonRelease } from './release.ts'
import { scheduleView } from './scheduleView.ts'

export interface PersonReleaseFile {
  release: PersonRelease
  /** Lessons open to this person; 0 for somebody who never had the course. */
  open: number
  lessons: number
  next: { at: Date; number: number; title: string } | null
  /** False while every lesson opens at once for everybody: then there is nothing to shift or pause. */
  drip: boolean
}

/** What opens when for one learner, as the Kundenakte shows it. Throws `not_found`, `database_unavailable`. */
export async function personRelease(ctx: Ctx, personId: string): Promise<PersonReleaseFile> {
  const [preview, schedule] = await Promise.all([previewReleases(ctx, { day: null, personId }), scheduleView(ctx)])
  const coming = preview.days.find(({ open, at }) => !open && at !== null)
  const [first] = coming?.lessons ?? []
  return {
    release: preview.person!.release,
    open: preview.days.filter(({ open }) => open).reduce((sum, { lessons }) => sum + lessons.length, 0),
    lessons: ctx.content.course().lessons.length,
    next: coming?.at && first ? { at: coming.at, number: first.number, title: first.title } : null,
    drip: schedule.drip,
  }
}
