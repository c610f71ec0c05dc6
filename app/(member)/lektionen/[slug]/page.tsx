import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { Film } from '#app/_pages/Film.tsx'
import { minutes } from '#components/format.ts'
import { LessonLocked } from '#components/member/LessonLocked.tsx'
import { LessonNav } from '#components/member/LessonNav.tsx'
import { LessonText } from '#components/member/LessonText.tsx'
import { ruleSegments } from '#components/member/segments.ts'
import { Transcript } from '#components/member/Transcript.tsx'
import { passages } from '#components/member/transcript.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { ZollstockBand } from '#components/Zollstock.tsx'
import { lessonView } from '#domain/learning/lessonView.ts'

type Params = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { slug } = await params
  const lesson = (await pageCtx()).content.lesson(slug)
  if (!lesson) return { title: 'Nicht gefunden' }
  return {
    title: `Lektion ${lesson.number}: ${lesson.title}`,
    description: lesson.goal,
    alternates: { canonical: paths.lesson(lesson.slug) },
    ...(!lesson.free && { robots: { index: false } }),
  }
}

export default async function LessonPage({ params }: Params) {
  const [{ slug }, ctx, visitor] = await Promise.all([params, pageCtx(), viewer()])
  if (!ctx.content.lesson(slug)) notFound()
  const view = await lessonView(ctx, { slug, viewer: visitor })
  const { lesson, module, course } = view
  const captions = lesson.lock === null ? ctx.content.captions(lesson.id) : null
  const spoken = captions ? passages(captions) : []
  const mine = course.access === 'active'
  return (
    <article className="wrap lesson-head">
      {mine && (
        <ZollstockBand
          segments={ruleSegments(course.modules)}
          current={module.number}
          text={`${course.totals.done} von ${course.totals.lessons} Lektionen gesehen`}
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
      <div className="lesson-grid" data-transcript={spoken.length > 0}>
        <div className="min-w-0">
          {lesson.lock ? (
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
          ) : (
            <Film
              lesson={lesson}
              learnerId={visitor?.personId ?? null}
              next={view.next && (view.next.lock === null ? view.next : null)}
            />
          )}
          <LessonNav previous={view.previous} next={view.next} />
          <LessonText html={view.html} written={lesson.written} goal={lesson.goal} hasTranscript={spoken.length > 0} />
        </div>
        {spoken.length > 0 && <Transcript passages={spoken} />}
      </div>
    </article>
  )
}
