import type { KeptNoteRow, PackLesson } from '#browser/offline/pack.ts'
import { clock } from '#components/clock.ts'
import { passages } from '#components/member/transcript.ts'
import { KeptNote } from './KeptNotes.tsx'

interface KeptLessonProps {
  lesson: PackLesson
  lessons: PackLesson[]
  notes: KeptNoteRow[]
}

/** A lesson to read: text, exercise, checklist, what is said in the film, and the own notes. */
export function KeptLesson({ lesson, lessons, notes }: KeptLessonProps) {
  const spoken = lesson.captions ? passages(lesson.captions) : []
  const next = lessons[lessons.indexOf(lesson) + 1]
  return (
    <article>
      <p className="label">
        Modul {lesson.module.number} · {lesson.module.title} · Lektion {lesson.number}
      </p>
      <h1 className="lesson-title">{lesson.title}</h1>
      <p className="lead mt-4">{lesson.goal}</p>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: rendered from our own Markdown, no foreign input */}
      <div className="prose lesson-text mt-8" dangerouslySetInnerHTML={{ __html: lesson.html }} />
      {notes.length > 0 && (
        <section className="mt-10" aria-labelledby="kept-notes">
          <h2 id="kept-notes" className="text-2xl">
            Deine Notizen
          </h2>
          <ul className="mt-3 grid gap-4">
            {notes.map((note) => (
              <KeptNote key={note.id} note={note} />
            ))}
          </ul>
        </section>
      )}
      {spoken.length > 0 && (
        <section className="mt-10" aria-labelledby="kept-spoken">
          <h2 id="kept-spoken" className="text-2xl">
            Mitschrift
          </h2>
          <div className="mt-3 grid gap-3">
            {spoken.map((passage) => (
              <p key={passage.from}>
                <span className="measure text-muted">{clock(passage.from)}</span>{' '}
                {passage.cues.map((cue) => cue.text).join(' ')}
              </p>
            ))}
          </div>
        </section>
      )}
      <p className="mt-10 flex flex-wrap gap-4">
        {next && (
          <a className="button button-primary" href={`/lektionen/${encodeURIComponent(next.slug)}`}>
            Weiter lesen: Lektion {next.number}
          </a>
        )}
        <a className="button button-quiet" href="/unterwegs">
          Alle Lektionen
        </a>
      </p>
    </article>
  )
}
