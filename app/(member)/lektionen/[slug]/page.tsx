import type { Metadata } from 'next'
import { isForLearners, sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { isViewerUnknown, pageCtx, viewer } from '#app/_http/viewer.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { NotNow, STILL_IN } from '#app/_pages/NotNow.tsx'
import { sharing } from '#app/_pages/sharing.ts'
import { Slot } from '#app/_parts/Slot.tsx'
import { minutes } from '#components/format.ts'
import { Chapters } from '#components/member/Chapters.tsx'
import { LessonLocked } from '#components/member/LessonLocked.tsx'
import { LessonText } from '#components/member/LessonText.tsx'
import { Transcript } from '#components/member/Transcript.tsx'
import { OwnChecklist } from '#components/notes/OwnChecklist.tsx'
import { OwnNotes } from '#components/notes/OwnNotes.tsx'
import { OwnDone } from '#components/player/OwnDone.tsx'
import { OwnPlayer } from '#components/player/OwnPlayer.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import type { Lock } from '#domain/learning/courseView.ts'
import { type LessonView, lessonView } from '#domain/learning/lessonView.ts'
import { checklistOf } from '#domain/learning/notes/checklistOf.ts'
import { drawWays, lessonParts, ownLesson } from '#parts/lesson.tsx'
import { drawTranscript } from '#parts/transcript.tsx'

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
    ...(lesson.free ? await sharing(lesson.goal) : { robots: { index: false } }),
  }
}

export default async function LessonPage({ params, searchParams }: Params & { searchParams: Query }) {
  const [{ slug }, { t }, ctx] = await Promise.all([params, searchParams, pageCtx()])
  const found = ctx.content.lesson(slug)
  if (!found) return <NotHere />
  if (!found.free && (await isViewerUnknown())) {
    sayRefused('database_unavailable')
    return <NotNow title={found.title} safe={STILL_IN} href={paths.lesson(slug)} />
  }
  // Made once for all learners, the page has the lesson, and everybody's own parts stay empty.
  const own = isForLearners() ? null : await ownLesson(ctx, { slug, t, viewer: await viewer() })
  const view = own?.view ?? (await lessonView(ctx, { slug, viewer: null }))
  const { lesson, module } = view
  const lock = own ? lesson.lock : null
  const names = lessonParts(lesson.id)
  const ways = drawWays(view)
  const captions = lock === null ? ctx.content.captions(lesson.id) : null
  const spoken = captions ? drawTranscript(captions) : ''
  return (
    <article className="contents">
      <header className="lesson-top">
        {(!own || own.band) && <Slot id={names.band} html={own?.band ?? null} />}
        <p className="label mt-5">
          Modul {module.number} · {module.title} · Lektion {lesson.number} · {minutes(lesson.durationSeconds)}
        </p>
        <h1 className="lesson-title">{lesson.title}</h1>
        {own?.view.degraded && (
          <Notice kind="wait" className="mt-4" title="Wir kommen gerade nicht an unsere Daten.">
            <p>Der Film läuft trotzdem. Dein Fortschritt wird gesammelt und später übertragen.</p>
          </Notice>
        )}
      </header>
      <div className="lesson-film">
        {lock ? <Locked view={view} lock={lock} /> : <OwnPlayer name={names.player} given={own?.player ?? null} />}
      </div>
      <div className="lesson-body">
        <div className="lesson-under">
          {(!own || own.done) && <OwnDone name={names.done} given={own?.done ?? null} />}
          <Slot id={`steps:${lesson.id}`} className="contents" html={ways.steps} />
        </div>
        {lock === null && found.chapters.length > 0 && <Chapters lessonId={lesson.id} chapters={found.chapters} />}
        <LessonText
          id={lesson.id}
          html={lock === null ? ctx.content.lessonHtml(lesson.id) : null}
          written={lesson.written}
          goal={lesson.goal}
          hasTranscript={spoken !== ''}
          hasNotes={!own || own.notes !== null}
          checklist={
            (own ? own.checklist : checklistOf(ctx, lesson.id).length > 0) && (
              <OwnChecklist key={lesson.id} name={names.checklist} given={own?.checklist ?? null} />
            )
          }
          slot={Slot}
        />
        {(!own || own.notes) && <OwnNotes key={lesson.id} name={names.notes} given={own?.notes ?? null} />}
      </div>
      {spoken !== '' && (
        <Transcript lessonId={lesson.id}>
          <Slot id={`transcript:${lesson.id}`} as="ol" className="transcript-lines" html={spoken} />
        </Transcript>
      )}
      <Slot id={`end:${lesson.id}`} className="lesson-end" html={ways.end} />
    </article>
  )
}

function Locked({ view, lock }: { view: LessonView; lock: Lock }) {
  const { lesson, openNow } = view
  return (
    <LessonLocked
      lock={lock}
      opensAt={lesson.opensAt}
      openNow={openNow}
      hrefs={{
        login: paths.login({ next: paths.lesson(lesson.slug) }),
        order: paths.order(),
        account: paths.account(),
        course: paths.course(),
      }}
    />
  )
}
