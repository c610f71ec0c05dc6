'use client'

import './notes.css'
import { Download, Printer } from 'lucide'
import type { LocalNote } from '#browser/notes/localNote.ts'
import type { NotesStore } from '#browser/notes/notesStore.ts'
import { countedSentence } from '#components/format.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import type { NotebookPageView } from '#domain/learning/notes/notebookPageView.ts'
import {
  arrange,
  countNotebook,
  FILTER_LENGTH,
  FORMER,
  filterQuery,
  isFiltered,
  type NotebookChapter,
  type NotebookCount,
  type NotebookFilter,
  type NotebookKind,
  type NotebookPage,
} from '#domain/learning/notes/notebookRules.ts'
import { BookmarkItem } from './BookmarkItem.tsx'
import { Checklist } from './Checklist.tsx'
import { NoteItem } from './NoteItem.tsx'
import { syncWords } from './noteWords.ts'
import { useNotes } from './useNotes.ts'

interface NotebookProps {
  learnerId: string
  view: NotebookPageView
  hrefs: { book: string; pdf: string; markdown: string; workshop: string }
}

const kinds: { value: NotebookKind; name: string }[] = [
  { value: 'alles', name: 'Alles' },
  { value: 'notizen', name: 'Notizen' },
  { value: 'merkstellen', name: 'Merkstellen' },
  { value: 'haken', name: 'Offene Haken' },
]

/**
 * A learner's notes, bookmarks and checklists in the order of the course, page by page. Filters are a plain form and
 * pages plain links, so they work without scripts. Unsent notes are shown on every page.
 */
export function Notebook({ learnerId, view, hrefs }: NotebookProps) {
  const { data, filter, page, pages } = view
  const query = bookQuery(filter, page)
  const { notes, sync, store } = useNotes({ learnerId, lessonId: null, page: query, stored: data.notes })
  const chapters = arrange({ ...data, notes: [...notes] }, filter)
  const words = syncWords(notes, sync)
  const said = summary(pages > 1 ? view.total : countNotebook(chapters), filter)
  const isEmpty = view.isEmpty && notes.length === 0
  return (
    <>
      <div role="status">
        {words && (
          <Notice kind={words.tone === 'error' ? 'error' : 'wait'} className="mt-6">
            <p>{words.text}</p>
          </Notice>
        )}
      </div>
      {isEmpty ? (
        <>
          <p className="lead mt-4">
            Noch ist das Heft leer. Hier liegt alles, was du unter einem Film aufschreibst, dir merkst oder abhakst, mit
            der Sekunde, zu der es gehört.
          </p>
          <a className="button button-primary mt-8" href={hrefs.workshop}>
            Zur Werkbank
          </a>
        </>
      ) : (
        <>
          {said && <p className="lead mt-4">{said}</p>}
          <Filters data={data} filter={filter} hrefs={hrefs} />
          {pages > 1 && <Contents view={view} book={hrefs.book} />}
          {chapters.length === 0 && (
            <p className="mt-8">
              Dazu steht nichts im Heft.{' '}
              <a className="link" href={hrefs.book}>
                Alles zeigen
              </a>
            </p>
          )}
          {chapters.map((chapter) => (
            <Chapter
              key={chapter.module?.id ?? FORMER}
              chapter={chapter}
              learnerId={learnerId}
              store={store}
              continues={view.continues}
            />
          ))}
          {pages > 1 && <Turning view={view} book={hrefs.book} />}
        </>
      )}
    </>
  )
}

const count = (value: number, one: string, many: string) => (value === 1 ? one : `${value} ${many}`)

/** The counts in words, without zeros; null for nothing. */
function summary({ notes, bookmarks, open, ticked }: NotebookCount, { art }: NotebookFilter): string | null {
  const items = open + ticked
  return countedSentence([
    notes > 0 && count(notes, 'eine Notiz', 'Notizen'),
    bookmarks > 0 && count(bookmarks, 'eine Merkstelle', 'Merkstellen'),
    items > 0 &&
      (art === 'haken' ? `${count(open, 'ein Haken', 'Haken')} offen` : `${ticked} von ${items} Haken gesetzt`),
  ])
}

function Filters({ data, filter, hrefs }: Pick<NotebookPageView, 'data' | 'filter'> & Pick<NotebookProps, 'hrefs'>) {
  return (
    <form method="get" action={hrefs.book} className="book-filters" aria-label="Heft filtern">
      <div className="field">
        <label htmlFor="heft-text">Worin steht</label>
        <input
          id="heft-text"
          name="text"
          type="search"
          className="input"
          defaultValue={filter.text}
          maxLength={FILTER_LENGTH}
        />
      </div>
      <div className="field">
        <label htmlFor="heft-modul">Modul</label>
        <select id="heft-modul" name="modul" className="input" defaultValue={filter.modul ?? ''}>
          <option value="">Alle Module</option>
          {data.modules.map((module) => (
            <option key={module.id} value={module.id}>
              {module.number} · {module.title}
            </option>
          ))}
          <option value={FORMER}>Frühere Lektionen</option>
        </select>
      </div>
      <div className="field">
        <label htmlFor="heft-art">Zeigen</label>
        <select id="heft-art" name="art" className="input" defaultValue={filter.art}>
          {kinds.map((kind) => (
            <option key={kind.value} value={kind.value}>
              {kind.name}
            </option>
          ))}
        </select>
      </div>
      <div className="book-filter-buttons">
        <button type="submit" className="button button-secondary">
          Filtern
        </button>
        {isFiltered(filter) && (
          <a className="button button-quiet" href={hrefs.book}>
            Alles zeigen
          </a>
        )}
        <span className="book-exports">
          <a className="button button-quiet" href={hrefs.pdf}>
            <Icon of={Printer} size={18} />
            Als PDF
          </a>
          <a className="button button-quiet" href={hrefs.markdown}>
            <Icon of={Download} size={18} />
            Als Textdatei
          </a>
        </span>
      </div>
    </form>
  )
}

/** „seite=2&art=notizen“ */
function bookQuery(filter: NotebookFilter, page: number): string {
  const chosen = Object.entries(filterQuery(filter)).filter((pair): pair is [string, string] => pair[1] !== null)
  return new URLSearchParams([['seite', String(page)], ...chosen]).toString()
}

type Turn = { view: NotebookPageView; book: string }

const chapterId = (module: { id: string } | null) => `heft-${module?.id ?? FORMER}`
const chapterName = (module: { number: number; title: string } | null) =>
  module ? `${module.number} · ${module.title}` : 'Frühere Lektionen'

/** Where each chapter begins. */
function Contents({ view: { filter, page, pages, contents }, book }: Turn) {
  return (
    <details className="book-contents">
      <summary>
        Inhalt{' '}
        <span className="measure">
          Seite {page} von {pages}
        </span>
      </summary>
      <ol>
        {contents.map(({ module, page: begins }) => (
          <li key={chapterId(module)}>
            <a href={`${book}?${bookQuery(filter, begins)}#${chapterId(module)}`}>
              <span>{chapterName(module)}</span>
              <span className="measure">Seite {begins}</span>
            </a>
          </li>
        ))}
      </ol>
    </details>
  )
}

function Turning({ view: { filter, page, pages }, book }: Turn) {
  return (
    <>
      <nav className="book-turning" aria-label="Seiten des Hefts">
        {page > 1 && (
          <a className="button button-secondary" rel="prev" href={`${book}?${bookQuery(filter, page - 1)}`}>
            Zurück
          </a>
        )}
        <p className="measure" aria-current="page">
          Seite {page} von {pages}
        </p>
        {page < pages && (
          <a className="button button-primary" rel="next" href={`${book}?${bookQuery(filter, page + 1)}`}>
            Weiterblättern
          </a>
        )}
      </nav>
      <p className="book-printed">
        Das ist Seite {page} von {pages} deines Hefts. Das ganze Heft zum Drucken gibt es dort als PDF.
      </p>
    </>
  )
}

interface ChapterProps {
  chapter: NotebookChapter<LocalNote>
  learnerId: string
  store: NotesStore
  /** The lesson that began on the page before. */
  continues: string | null
}

function Chapter({ chapter, learnerId, store, continues }: ChapterProps) {
  const id = chapterId(chapter.module)
  return (
    <section className="book-chapter" aria-labelledby={id}>
      <h2 id={id}>{chapterName(chapter.module)}</h2>
      {chapter.lessons.map((page) => (
        <Page key={page.id} page={page} learnerId={learnerId} store={store} continued={page.id === continues} />
      ))}
    </section>
  )
}

interface PageProps {
  page: NotebookPage<LocalNote>
  learnerId: string
  store: NotesStore
  continued: boolean
}

function Page({ page, learnerId, store, continued }: PageProps) {
  const slug = page.lesson?.slug ?? null
  return (
    <section className="book-page" aria-labelledby={`heft-${page.id}`}>
      <h3 id={`heft-${page.id}`}>
        {page.lesson ? (
          <a href={`/lektionen/${encodeURIComponent(page.lesson.slug)}`}>
            Lektion {page.lesson.number}: {page.lesson.title}
          </a>
        ) : (
          'Eine Lektion, die es nicht mehr gibt'
        )}
        {continued && <span className="book-continued"> weiter</span>}
      </h3>
      {page.notes.length > 0 && (
        <ol className="note-list">
          {page.notes.map((note) => (
            <NoteItem key={note.key} note={note} store={store} slug={slug} here={false} />
          ))}
        </ol>
      )}
      {page.bookmarks.length > 0 && (
        <ol className="bookmark-list">
          {page.bookmarks.map((note) => (
            <BookmarkItem key={note.key} note={note} store={store} slug={slug} here={false} />
          ))}
        </ol>
      )}
      {page.checklist.length > 0 && (
        <Checklist
          learnerId={learnerId}
          lessonId={page.id}
          items={page.checklist.map(({ item, text }) => ({ item, html: escapeHtml(text) }))}
          ticked={page.checklist.filter((one) => one.ticked).map((one) => one.item)}
        />
      )}
    </section>
  )
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
