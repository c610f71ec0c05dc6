import { RotateCcw } from 'lucide'
import type { Metadata } from 'next'
import { type Refused, refusedHere, setPageStatus } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { viewer } from '#app/_http/viewer.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { Icon } from '#components/ui/Icon.tsx'

export const metadata: Metadata = { title: 'Das ging nicht', robots: { index: false } }

/**
 * Shown instead of what a link or form asked for: a sentence on what was refused with the next step, under the
 * refusal's status. Only our server leads here (`web/refusedPage.ts`).
 */
export default async function RefusedPage() {
  const refused = refusedHere()
  if (!refused) return <NotHere />
  setPageStatus(refused.status)
  const visitor = await viewer()
  const { message, requestId, code } = refused
  return (
    <div className="column page">
      <h1>{titleOf(code)}</h1>
      <p className="lead mt-4">{message}</p>
      {numbered.has(code) && (
        <p className="mt-3">
          Nummer: <span className="measure break-words">{requestId}</span>
        </p>
      )}
      <Ways refused={refused} home={visitor ? paths.workshop() : paths.home()} />
    </div>
  )
}

/** Codes whose sentence asks people to tell us the request's number. */
const numbered = new Set(['internal', 'paper_failed'])

function titleOf(code: string): string {
  if (code === 'unauthenticated') return 'Erst anmelden.'
  if (code === 'not_found') return 'Der Haken ist leer.'
  if (numbered.has(code)) return 'Hier ist etwas gebrochen.'
  if (/^(rate_limited|paper_)/.test(code)) return 'Einen Augenblick noch.'
  return code.endsWith('_unavailable') ? 'Das geht gerade nicht.' : 'Das ging nicht.'
}

/** Links to go on, the likeliest first: log in, try again if that can help, go back, start page. */
function Ways({ refused: { code, again, from }, home }: { refused: Refused; home: string }) {
  const retry = again !== null && { href: again, name: 'Noch einmal versuchen', again: true }
  const mustWait = code === 'rate_limited'
  const ways = [
    code === 'unauthenticated' && { href: paths.login({ next: from }), name: 'Anmelden' },
    !mustWait && retry,
    from !== null && { href: from, name: 'Zurück' },
    mustWait && retry,
    { href: home, name: home === paths.home() ? 'Zur Startseite' : 'Zur Werkbank' },
  ].filter((way) => way !== false)
  return (
    <ul className="mt-8 flex flex-wrap gap-4">
      {ways.map((way, index) => (
        <li key={way.name}>
          <a className={index === 0 ? 'button button-primary' : 'button button-secondary'} href={way.href}>
            {'again' in way && <Icon of={RotateCcw} size={20} />}
            {way.name}
          </a>
        </li>
      ))}
    </ul>
  )
}
