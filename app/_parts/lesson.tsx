import type { ComponentProps } from 'react'
import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { paths } from '#app/_http/paths.ts'
import { afterLesson } from '#app/_pages/afterLesson.ts'
import { askedSecond } from '#app/_pages/askedSecond.ts'
import { LessonNav } from '#components/member/LessonNav.tsx'
import { LessonSteps } from '#components/member/LessonSteps.tsx'
import { ruleSegments } from '#components/member/segments.ts'
import { Checklist } from '#components/notes/Checklist.tsx'
import { NotesSection } from '#components/notes/NotesSection.tsx'
import { DoneToggle } from '#components/player/DoneToggle.tsx'
import { type Host, HostContext } from '#components/player/host.ts'
import { LessonPlayer } from '#components/player/LessonPlayer.tsx'
import { ZollstockBand } from '#components/Zollstock.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import { type LessonView, lessonView } from '#domain/learning/lessonView.ts'
import { checklistOf } from '#domain/learning/notes/checklistOf.ts'
import { lessonNotes } from '#domain/learning/notes/lessonNotes.ts'
import { playerSettings } from '#domain/learning/settings/playerSettings.ts'
import type { Ctx } from '#ports'
import type { Own } from './own.ts'

/** A lesson as one viewer gets it. */
export interface OwnLesson {
  view: LessonView
  /** Html; null for a visitor. */
  band: string | null
  player: ComponentProps<typeof LessonPlayer>
  done: ComponentProps<typeof DoneToggle> | null
  checklist: ComponentProps<typeof Checklist> | null
  notes: ComponentProps<typeof NotesSection> | null
}

/** Names of the slots and parts of one lesson, for `Slot` and `OwnPart`. */
export const lessonParts = (lessonId: string) => ({
  band: `band:${lessonId}`,
  player: `player:${lessonId}`,
  done: `done:${lessonId}`,
  checklist: `checklist:${lessonId}`,
  notes: `notes:${lessonId}`,
})

/**
 * What the lesson's page shows this viewer. `t` is the second the address asks for. Works without a database. Throws
 * `not_found`.
 */
export async function ownLesson(
  ctx: Ctx,
  { slug, t, viewer }: { slug: string; t: string | string[] | undefined; viewer: Viewer | null },
): Promise<OwnLesson> {
  const lessonId = ctx.content.lesson(slug)?.id ?? ''
  const [view, settings, kept] = await Promise.all([
    lessonView(ctx, { slug, viewer }),
    playerSettings(ctx, viewer),
    keptOf(ctx, viewer, lessonId),
  ])
  const { lesson } = view
  const learnerId = viewer?.personId ?? null
  const open = lesson.lock === null
  return {
    view,
    band: view.course.access === 'active' ? drawBand(view) : null,
    player: {
      lessonId: lesson.id,
      number: lesson.number,
      title: lesson.title,
      durationSeconds: lesson.durationSeconds,
      chapters: ctx.content.lesson(slug)?.chapters ?? [],
      resumeAt: lesson.resumeAt,
      startAt: askedSecond(t, lesson.durationSeconds),
      learnerId,
      path: paths.lesson(lesson.slug),
      after: afterLesson(view.next, learnerId !== null),
      settings,
    },
    done:
      learnerId && open
        ? {
            lessonId: lesson.id,
            learnerId,
            done: lesson.state === 'done',
            doneMark: lesson.doneMark,
            percent: lesson.percent,
          }
        : null,
    checklist:
      learnerId && kept && open && checklistOf(ctx, lesson.id).length > 0
        ? {
            learnerId,
            lessonId: lesson.id,
            items: checklistOf(ctx, lesson.id).map(({ item, html }) => ({ item, html })),
            ticked: kept.ticked,
          }
        : null,
    // A locked lesson shows the notes that are there.
    notes:
      learnerId && kept && (open || kept.notes.length > 0)
        ? {
            learnerId,
            lesson: { id: lesson.id, slug: lesson.slug },
            stored: kept.notes,
            canBegin: open,
            away: kept.away,
          }
        : null,
  }
}

/** The viewer's notes and ticks of the lesson; null for visitors, `away` while the database cannot be read. */
async function keptOf(ctx: Ctx, viewer: Viewer | null, lessonId: string) {
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

const drawBand = ({ course, module }: LessonView) =>
  renderToStaticMarkup(
    <ZollstockBand
      segments={ruleSegments(course.modules)}
      current={module.number}
      text={`${course.totals.done} von ${course.totals.lessons} Lektionen erledigt`}
    />,
  )

/** The ways to the neighbouring lessons: below the film, and at the end of the page. */
export const drawWays = ({ previous, next }: Pick<LessonView, 'previous' | 'next'>) => ({
  steps: renderToStaticMarkup(<LessonSteps previous={previous} next={next} />),
  end: renderToStaticMarkup(<LessonNav previous={previous} next={next} />),
})

/** As a page's player finds its host before anything was played. */
const still: Host = {
  state: { kind: 'idle' },
  show: () => () => {},
  start: async () => {},
  openHelp: () => {},
}

/**
 * The learner's own parts of a kept lesson page; null for a lesson that looks different: locked, or without a course.
 */
export async function ownLessonParts(
  ctx: Ctx,
  input: { slug: string; t: string | undefined; viewer: Viewer },
): Promise<Own | null> {
  const { view, band, player, done, checklist, notes } = await ownLesson(ctx, input)
  if (view.lesson.lock !== null || view.degraded || !band || !done || !notes || notes.away) return null
  const names = lessonParts(view.lesson.id)
  const host = (
    <HostContext value={still}>
      <LessonPlayer {...player} />
    </HostContext>
  )
  return {
    slots: { [names.band]: band },
    parts: {
      [names.player]: { props: player, html: renderToString(host) },
      [names.done]: { props: done, html: renderToString(<DoneToggle {...done} />) },
      [names.notes]: { props: notes, html: renderToString(<NotesSection {...notes} />) },
      ...(checklist && {
        [names.checklist]: { props: checklist, html: renderToString(<Checklist {...checklist} />) },
      }),
    },
  }
}
