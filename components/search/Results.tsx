import { Lock, Play } from 'lucide'
import { clock } from '#components/clock.ts'
import { type Found, type FoundLesson, type Hit, hitHref, kindName, lessonHref } from '#components/search/searchView.ts'
import { Icon } from '#components/ui/Icon.tsx'

/** One block per lesson: its title links to the lesson, each sentence to its place. */
export function Results({ found }: { found: Found }) {
  return (
    <ol className="hits">
      {found.lessons.map((one) => (
        <li key={one.id}>
          <LessonHits found={one} />
        </li>
      ))}
    </ol>
  )
}

function LessonHits({ found }: { found: FoundLesson }) {
  const { lesson, more } = found
  const title = found.hits.find(({ kind }) => kind === 'title')
  const sentences = found.hits.filter((hit) => hit !== title)
  return (
    <article className="hit-lesson">
      <p className="label">
        {lesson ? `Lektion ${lesson.number}` : 'Frühere Lektion'}
        {lesson && !lesson.open && (
          <>
            {' · '}
            <Icon of={Lock} size={14} className="inline align-[-2px]" /> noch nicht offen
          </>
        )}
      </p>
      <h2 className="hit-title">
        <a href={lessonHref(found)} data-hit>
          {title ? <Marked parts={title.parts} /> : (lesson?.title ?? 'Aus deinem Heft')}
        </a>
      </h2>
      {sentences.length > 0 && (
        <ul>
          {sentences.map((hit) => (
            <li key={`${hit.kind} ${hit.second} ${hit.parts.map(({ text }) => text).join('')}`}>
              <Sentence found={found} hit={hit} />
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <p className="hit-more label">
          und {more === 1 ? 'eine weitere Stelle' : `${more} weitere Stellen`} in dieser Lektion
        </p>
      )}
    </article>
  )
}

function Sentence({ found, hit }: { found: FoundLesson; hit: Hit }) {
  return (
    <a href={hitHref(found, hit)} data-hit className="hit">
      <span className="measure hit-place">
        {hit.second !== null && (
          <>
            <Icon of={Play} size={14} />
            <span className="sr-only">Film ab </span>
            {clock(hit.second)}
          </>
        )}
        {hit.second !== null && hit.kind !== 'note' && hit.kind !== 'bookmark' ? null : (
          <span>{kindName(hit.kind)}</span>
        )}
      </span>
      <span>
        <Marked parts={hit.parts} />
      </span>
    </a>
  )
}

function Marked({ parts }: { parts: Hit['parts'] }) {
  return parts.map(({ text, hit }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence never move
    hit ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
  )
}
