'use client'

import { useEffect, useState } from 'react'
import { askServer } from '#browser/kit/newVersion.ts'
import { changesOf } from '#browser/notes/notesQueue.ts'
import { keptFor } from '#browser/offline/keeper.ts'
import { SHELL_PATH } from '#browser/offline/offlineNames.ts'
import {
  type KeptNoteRow,
  type KeptNotesAnswer,
  type KeptPlanAnswer,
  type Pack,
  readKept,
  readPack,
  viewOf,
  withWaiting,
} from '#browser/offline/pack.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { Skeleton } from '#components/ui/Skeleton.tsx'
import { timeOrDate } from '#domain/calendar/germanWords.ts'
import { KeptLesson } from './KeptLesson.tsx'
import { KeptNotes } from './KeptNotes.tsx'
import { KeptPlan } from './KeptPlan.tsx'

interface Kept {
  pack: Pack | null
  notes: KeptNoteRow[]
  plan: KeptPlanAnswer | null
}

/** Pause between two checks whether the server can be reached again. */
const LOOK_MS = 4_000

/**
 * The site as this device kept it. Without a network the service worker shows it instead of every page, and the address
 * decides what it shows: a lesson, the notes, the plan, else an overview. When the server answers again, the real page
 * is loaded.
 */
export function Shell() {
  const [kept, setKept] = useState<Kept | null>(null)
  const [path, setPath] = useState(SHELL_PATH)

  useEffect(() => {
    setPath(window.location.pathname)
    void Promise.all([readPack(), readNotes(), readKept<KeptPlanAnswer>('/api/plan')]).then(([pack, notes, plan]) =>
      setKept({ pack, notes, plan }),
    )
    return window.location.pathname === SHELL_PATH ? undefined : watchForNetwork()
  }, [])

  if (!kept) return <Skeleton text="Wird aus dem Gerät geholt …" />
  if (!kept.pack) return <NothingKept />
  const view = viewOf(path, kept.pack.lessons)
  return (
    <>
      <Notice kind="wait" title={path === SHELL_PATH ? 'So sieht die Werkstatt ohne Netz aus.' : 'Du bist ohne Netz.'}>
        <p>
          Lesen geht, Filme brauchen eine Verbindung. Was du gesehen und notiert hast, wird später übertragen.{' '}
          <span className="label">Stand {timeOrDate(kept.pack.madeAt, new Date())}</span>
        </p>
      </Notice>
      <div className="mt-8">
        {view.kind === 'lesson' ? (
          <KeptLesson
            lesson={view.lesson}
            lessons={kept.pack.lessons}
            notes={kept.notes.filter((note) => note.lessonId === view.lesson.id)}
          />
        ) : view.kind === 'notes' ? (
          <KeptNotes notes={kept.notes} lessons={kept.pack.lessons} />
        ) : view.kind === 'plan' ? (
          <KeptPlan plan={kept.plan} />
        ) : (
          <Overview pack={kept.pack} missing={view.kind === 'missing'} />
        )}
      </div>
    </>
  )
}

/** The notes this device kept, and what was written here since. */
async function readNotes(): Promise<KeptNoteRow[]> {
  const [kept, ...waiting] = await Promise.all([readKept<KeptNotesAnswer>('/api/notes'), ...keptFor().map(changesOf)])
  return withWaiting(kept?.notes ?? [], waiting.flat())
}

/** Reloads the page when our server answers, because neither the `online` event nor `navigator.onLine` is reliable. */
function watchForNetwork(): () => void {
  const look = async () => {
    if (['same', 'newer'].includes((await askServer()).kind)) window.location.reload()
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  window.addEventListener('online', look)
  return () => {
    clearInterval(timer)
    window.removeEventListener('online', look)
  }
}

function NothingKept() {
  return (
    <>
      <h1>Du bist ohne Netz.</h1>
      <p className="lead mt-4">
        Auf diesem Gerät liegt noch nichts zum Lesen. Sobald du wieder eine Verbindung hast, heben wir die Texte beim
        nächsten Besuch von selbst auf.
      </p>
      <p className="mt-8">
        <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
          Noch einmal versuchen
        </button>
      </p>
    </>
  )
}

function Overview({ pack, missing }: { pack: Pack; missing: boolean }) {
  const modules = [...new Map(pack.lessons.map(({ module }) => [module.number, module])).values()]
  return (
    <>
      <h1>Unterwegs</h1>
      {missing && <p className="lead mt-4">Diese Lektion liegt nicht auf dem Gerät. Diese hier schon:</p>}
      <ul className="mt-6 flex flex-wrap gap-3">
        <li>
          <a className="button button-quiet" href="/heft">
            Deine Notizen
          </a>
        </li>
        <li>
          <a className="button button-quiet" href="/plan">
            Dein Wochenplan
          </a>
        </li>
      </ul>
      {modules.map((module) => (
        <section key={module.number} className="mt-8" aria-labelledby={`modul-${module.number}`}>
          <h2 id={`modul-${module.number}`} className="text-xl">
            {module.number} · {module.title}
          </h2>
          <ul className="mt-2">
            {pack.lessons
              .filter((lesson) => lesson.module.number === module.number)
              .map((lesson) => (
                <li key={lesson.slug}>
                  <a className="inline-block min-h-11 py-2" href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
                    Lektion {lesson.number}: {lesson.title}
                  </a>
                  {lesson.done && <span className="label"> erledigt</span>}
                </li>
              ))}
          </ul>
        </section>
      ))}
      {pack.locked > 0 && (
        <p className="mt-8 text-muted">
          {pack.locked === 1 ? 'Eine weitere Lektion öffnet' : `${pack.locked} weitere Lektionen öffnen`} später.
        </p>
      )}
    </>
  )
}
