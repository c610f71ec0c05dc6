import type { KeptNoteRow, PackLesson } from '#browser/offline/pack.ts'
import { clock } from '#components/clock.ts'

/** A note as typed; the offline shell does not render Markdown, to stay small. */
export function KeptNote({ note }: { note: KeptNoteRow }) {
  return (
    <li className="card p-4">
      {note.second !== null && <p className="label">bei {clock(note.second)}</p>}
      <p className="whitespace-pre-line">{note.body || 'Merkstelle'}</p>
      {note.waits && <p className="label mt-2">nur auf diesem Gerät, wird später übertragen</p>}
    </li>
  )
}

/** All notes, lesson by lesson. */
export function KeptNotes({ notes, lessons }: { notes: KeptNoteRow[]; lessons: PackLesson[] }) {
  const groups = Map.groupBy(notes, (note) => note.lessonId)
  const known = lessons.filter((lesson) => groups.has(lesson.id))
  const others = notes.filter((note) => !lessons.some((lesson) => lesson.id === note.lessonId))
  return (
    <>
      <h1>Dein Werkstatt-Heft</h1>
      {notes.length === 0 && (
        <p className="lead mt-4">
          Auf diesem Gerät liegt noch keine Notiz und keine Merkstelle. Was seit dem Stand oben dazukam, steht wieder
          hier, sobald das Netz da ist.
        </p>
      )}
      {known.map((lesson) => (
        <section key={lesson.id} className="mt-8" aria-labelledby={`heft-${lesson.id}`}>
          <h2 id={`heft-${lesson.id}`} className="text-xl">
            <a href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
              Lektion {lesson.number}: {lesson.title}
            </a>
          </h2>
          <ul className="mt-3 grid gap-4">
            {(groups.get(lesson.id) ?? []).map((note) => (
              <KeptNote key={note.id} note={note} />
            ))}
          </ul>
        </section>
      ))}
      {others.length > 0 && (
        <section className="mt-8" aria-labelledby="heft-andere">
          <h2 id="heft-andere" className="text-xl">
            Andere Lektionen
          </h2>
          <ul className="mt-3 grid gap-4">
            {others.map((note) => (
              <KeptNote key={note.id} note={note} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
