import type { Metadata } from 'next'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { isViewerUnknown, pageCtx, viewer } from '#app/_http/viewer.ts'
import { afterLesson } from '#app/_pages/afterLesson.ts'
import { askedSecond } from '#app/_pages/askedSecond.ts'
import { keptOf, LessonChecklist, LessonNotes } from '#app/_pages/LessonNotes.tsx'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { NotNow, STILL_IN } from '#app/_pages/NotNow.tsx'
import { minutes } from '#components/format.ts'
import { Chapters } from '#components/member/Chapters.tsx'
import { LessonLocked } from '#components/member/LessonLocked.tsx'
import { LessonNav } from '#components/member/LessonNav.tsx'
import { LessonSteps } from '#components/member/LessonSteps.tsx'
import { LessonText } from '#components/member/LessonText.tsx'
import { ruleSegments } from '#components/member/segments.ts'
import { Transcript } from '#components/member/Transcript.tsx'
import { passages } from '#components/member/transcript.ts'
import { DoneToggle } from '#components/player/DoneToggle.tsx'
import { LessonPlayer } from '#components/player/LessonPlayer.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { ZollstockBand } from '#components/Zollstock.tsx'
import { type LessonView, lessonView } from '#domain/learning/lessonView.ts'
import { playerSettings } from '#domain/learning/settings/playerSettings.ts'
import type { Lesson } from '#ports'

type Query = Promise<Record<string, string | string[] | undefined>>
type Params = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { slug } = await params
  const lesson = (await pageCtx()).content.lesson(slug)
  if (!lesson) return { title: 'Nicht gefunden', robots: { index: false } }
  return {
    title: `Lektion ${lesson.number}: ${lesson.title}`,
    description: lesson.goal,
    alternates: { canonical: paths.lesson(lesson.slug) },
    ...(!lesson.free && { robots: { index: false } }),
  }
}

export default async function LessonPage({ params, searchParams }: Params & { searchParams: Query }) {
  const [{ slug }, { t }, ctx, visitor] = await Promise.all([params, searchParams, pageCtx(), viewer()])
  const found = ctx.content.lesson(slug)
  if (!found) return <NotHere />
  if (!found.free && (await isViewerUnknown())) {
    sayRefused('database_unavailable')
    return <NotNow title={found.title} safe={STILL_IN} href={paths.lesson(slug)} />
  }
  const [view, settings, kept] = await Promise.all([
    lessonView(ctx, { slug, viewer: visitor }),
    playerSettings(ctx, visitor),
    keptOf(ctx, visitor, found.id),
  ])
  const { lesson, module, course } = view
  const captions = lesson.lock === null ? ctx.content.captions(lesson.id) : null
  const spoken = captions ? passages(captions) : []
  const learnerId = visitor?.personId ?? null
  return (
    <article className="contents">
      <header className="lesson-top">
        {course.access === 'active' && (
          <ZollstockBand
            segments={ruleSegments(course.modules)}
            current={module.number}
            text={`${course.totals.done} von ${course.totals.lessons} Lektionen erledigt`}
          />
        )}
        <p className="label mt-5">
          Modul {module.number} · {module.title} · Lektion {lesson.number} · {minutes(lesson.durationSeconds)}
        </p>
        <h1 className="lesson-title">{lesson.title}</h1>
        {view.degraded && (
          <Notice kind="wait" className="mt-4" title="Wir kommen gerade nicht an unsere Daten.">
            <p>Der Film läuft trotzdem. Dein Fortschritt wird gesammelt und später übertragen.</p>
          </Notice>
        )}
      </header>
      <div className="lesson-film">
        <FilmOrLock view={view} found={found} settings={settings} learnerId={learnerId} asked={t} />
      </div>
      <div className="lesson-body">
        <div className="lesson-under">
          {learnerId && lesson.lock === null && (
            <DoneToggle
              lessonId={lesson.id}
              learnerId={learnerId}
              done={lesson.state === 'done'}
              doneMark={lesson.doneMark}
              percent={lesson.percent}
            />
          )}
          <LessonSteps previous={view.previous} next={view.next} />
        </div>
        {lesson.lock === null && found.chapters.length > 0 && (
          <Chapters lessonId={lesson.id} chapters={found.chapters} />
        )}
        <LessonText
          html={view.html}
          written={lesson.written}
          goal={lesson.goal}
          hasTranscript={spoken.length > 0}
          hasNotes={kept !== null}
          checklist={kept && <LessonChecklist ctx={ctx} viewer={visitor} lesson={lesson} kept={kept} />}
        />
        <LessonNotes viewer={visitor} lesson={lesson} kept={kept} />
      </div>
      {spoken.length > 0 && <Transcript lessonId={lesson.id} passages={spoken} />}
      <div className="lesson-end">
        <LessonNav previous={view.previous} next={view.next} />
      </div>
    </article>
  )
}

interface FilmOrLockProps {
  view: LessonView
  found: Lesson
  settings: Awaited<ReturnType<typeof playerSettings>>
  learnerId: string | null
  /** `t` of the address: the second to begin at. */
  asked: string | string[] | undefined
}

function FilmOrLock({ view, found, settings, learnerId, asked }: FilmOrLockProps) {
  const { lesson } = view
  if (lesson.lock)
    return (
      <LessonLocked
        lock={lesson.lock}
        opensAt={lesson.opensAt}
        openNow={view.openNow}
        hrefs={{
          login: paths.login({ next: paths.lesson(lesson.slug) }),
          order: paths.order(),
          account: paths.account(),
          course: paths.course(),
        }}
      />
    )
  return (
    <LessonPlayer
      lessonId={lesson.id}
      number={lesson.number}
      title={lesson.title}
      durationSeconds={lesson.durationSeconds}
      chapters={found.chapters}
      resumeAt={lesson.resumeAt}
      startAt={askedSecond(asked, lesson.durationSeconds)}
      learnerId={learnerId}
      path={paths.lesson(lesson.slug)}
      after={afterLesson(view.next, learnerId !== null)}
      settings={settings}
    />
  )
}
