import { joinAnd } from '#components/format.ts'
import { type Found, lessonCount } from '#components/search/searchView.ts'
import { Notice } from '#components/ui/Notice.tsx'

interface ExplanationProps {
  found: Found | null
  refusal: string | null
  owner: boolean
  onTry: (words: string) => void
}

/** Shown above the hits, or instead of them: what was corrected, what to try, what was not searched. */
export function Explanation({ found, refusal, owner, onTry }: ExplanationProps) {
  if (refusal) return <Refused code={refusal} />
  if (!found) return null
  if (found.state === 'found') return <Corrections found={found} />
  if (found.state === 'empty') return <Beginning owner={owner} onTry={onTry} />
  if (found.state === 'none') return <NothingFound found={found} owner={owner} />
  return <p className="search-say">{sentences[found.state]}</p>
}

const sentences = {
  short: 'Ein Buchstabe ist zu wenig. Tipp noch einen dazu.',
  long: 'Das sind mehr als 200 Zeichen. Nimm zwei oder drei Wörter daraus.',
  common: 'Solche Wörter stehen in fast jedem Satz. Nimm eines dazu, das nur an deiner Stelle vorkommt.',
} as const

const refusals: Record<string, { title: string; text: string }> = {
  offline: {
    title: 'Die Verbindung ist weg.',
    text: 'Gesucht wird auf dem Server. Sobald du wieder verbunden bist, tipp einfach weiter.',
  },
  database_unavailable: {
    title: 'Wir kommen gerade nicht an unsere Daten.',
    text: 'Die Lektionen laufen trotzdem. Versuch die Suche in einer Minute noch einmal.',
  },
  rate_limited: { title: 'Das ging sehr schnell.', text: 'Warte eine Minute und such dann weiter.' },
  invalid_input: { title: 'Damit können wir nicht suchen.', text: sentences.long },
  unauthenticated: {
    title: 'Du bist nicht mehr angemeldet.',
    text: 'Lade die Seite neu; nach der Anmeldung bist du wieder hier.',
  },
}

function Refused({ code }: { code: string }) {
  const { title, text } = refusals[code] ?? {
    title: 'Das hat nicht geklappt.',
    text: 'Versuch es gleich noch einmal.',
  }
  return (
    <Notice kind={code === 'invalid_input' ? 'error' : 'wait'} role="status" title={title}>
      <p>{text}</p>
    </Notice>
  )
}

function Corrections({ found: { corrected, shortened } }: { found: Found }) {
  if (corrected.length === 0 && !shortened) return null
  return (
    <div className="search-say">
      {corrected.length > 0 && (
        <p>
          {joinAnd(corrected.map(({ typed }) => `„${typed}“`))} steht nirgends. Gesucht haben wir{' '}
          <strong>{joinAnd(corrected.map(({ word }) => `„${word}“`))}</strong>.
        </p>
      )}
      {shortened && <p>Das sind viele Wörter. Gesucht haben wir mit den ersten acht.</p>}
    </div>
  )
}

function Scope({ owner, closed }: { owner: boolean; closed: number }) {
  if (closed === 0) return null
  return (
    <li>
      {owner
        ? `${lessonCount(closed)} ${closed === 1 ? 'ist' : 'sind'} noch nicht offen und ${closed === 1 ? 'wird' : 'werden'} nicht durchsucht.`
        : 'Ohne den Kurs durchsuchst du nur die Probelektionen.'}
    </li>
  )
}

function NothingFound({ found, owner }: { found: Found; owner: boolean }) {
  return (
    <div className="search-say">
      <p className="lead">Nichts gefunden für „{found.query}“.</p>
      <ul className="search-tips">
        <li>Nimm ein Wort weniger, oder nur den Anfang eines Wortes.</li>
        <li>Versuch ein anderes Wort dafür: „Aufgaben“ statt „To-dos“.</li>
        <Scope owner={owner} closed={found.closed} />
      </ul>
    </div>
  )
}

const examples = ['Eingangskorb', 'Zwei-Minuten-Regel', 'aufschieben']

function Beginning({ owner, onTry }: { owner: boolean; onTry: (words: string) => void }) {
  return (
    <div className="search-say">
      <p className="lead">
        Durchsucht werden {owner ? 'alle Lektionen, die für dich offen sind,' : 'die Probelektionen'} und deine Notizen:
        auch das, was im Film gesagt wird. Ein Treffer führt zu seiner Sekunde.
      </p>
      <ul className="search-examples" aria-label="Zum Beispiel">
        {examples.map((words) => (
          <li key={words}>
            <a
              className="button button-quiet"
              href={`/suche?${new URLSearchParams({ q: words })}`}
              onClick={(event) => {
                event.preventDefault()
                onTry(words)
              }}
            >
              {words}
            </a>
          </li>
        ))}
      </ul>
      <ul className="search-tips">
        <li>„In Anführungszeichen“ sucht die Wörter in dieser Folge.</li>
        <li>Ein Minus davor lässt Sätze weg: Mail −Newsletter.</li>
        <li>
          Die Taste <kbd>/</kbd> bringt dich von überall hierher, die Pfeile gehen durch die Treffer.
        </li>
      </ul>
    </div>
  )
}
