import { Checklist } from '#components/notes/Checklist.tsx'
import { NotesSection } from '#components/notes/NotesSection.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import type { LessonRow } from '#domain/learning/courseView.ts'
import { checklistOf } from '#domain/learning/notes/checklistOf.ts'
import { type LessonNotes as Kept, lessonNotes } from '#domain/learning/notes/lessonNotes.ts'
import type { Ctx } from '#ports'

/** The viewer's notes and ticks of the lesson; null for visitors, `away` while the database cannot be read. */
export async function keptOf(
  ctx: Ctx,
  viewer: Viewer | null,
  lessonId: string,
): Promise<(Kept & { away: boolean }) | null> {
  if (!viewer) return null
  const away = { notes: [], ticked: [], away: true }
  if (viewer.degraded) return away
  return lessonNotes(ctx, { viewer, lessonId })
    .then((kept) => ({ ...kept, away: false }))
    .catch((error) => {
      ctx.log.warn({ err: error }, 'notes not readable')
      return away
    })
}

interface LessonNotesProps {
  viewer: Viewer | null
  lesson: Pick<LessonRow, 'id' | 'slug' | 'lock'>
  kept: Awaited<ReturnType<typeof keptOf>>
}

/** Notes and bookmarks on the lesson's page, for whoever is logged in. */
export function LessonNotes({ viewer, lesson, kept }: LessonNotesProps) {
  if (!viewer || !kept) return null
  if (lesson.lock !== null && kept.notes.length === 0) return null
  return (
    <NotesSection
      key={lesson.id}
      learnerId={viewer.personId}
      lesson={{ id: lesson.id, slug: lesson.slug }}
      stored={kept.notes}
      canBegin={lesson.lock === null}
      away={kept.away}
    />
  )
}

/** The lesson's checklist to tick; null for visitors, who read it in the text. */
export function LessonChecklist({ ctx, viewer, lesson, kept }: LessonNotesProps & { ctx: Ctx }) {
  const items = lesson.lock === null ? checklistOf(ctx, lesson.id) : []
  if (!viewer || !kept || items.length === 0) return null
  return (
    <Checklist
      key={lesson.id}
      learnerId={viewer.personId}
      lessonId={lesson.id}
      items={items.map(({ item, html }) => ({ item, html }))}
      ticked={kept.ticked}
    />
  )
}
