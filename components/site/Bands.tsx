import { joinAnd } from '#components/format.ts'

const emulatedNames = { stripe: 'Zahlung', resend: 'Mail', bunny: 'Film' } as const

interface SandboxTextProps {
  emulated: (keyof typeof emulatedNames)[]
  urls: { stripe?: string; mailbox?: string; bunny?: string }
}

/** Tells which services are emulated and where their pages are. */
export function SandboxText({ emulated, urls }: SandboxTextProps) {
  const links = [
    { href: urls.mailbox, name: 'Postfach' },
    { href: urls.stripe, name: 'Kasse' },
    { href: urls.bunny, name: 'Filmlager' },
    { href: '/admin/pruefstand', name: 'Prüfstand' },
  ].filter((link) => link.href)
  return (
    <div className="wrap flex flex-wrap items-baseline gap-x-6 pt-2 pb-3">
      <p className="py-0.5">
        <strong>Probebetrieb.</strong> Nachgebaut: {joinAnd(emulated.map((service) => emulatedNames[service]))}. Es
        fließt kein Geld, und keine Mail verlässt diesen Rechner.
      </p>
      {links.length > 0 && (
        <ul className="flex flex-wrap gap-x-5">
          {links.map((link) => (
            <li key={link.name}>
              <a className="inline-block py-0.5" href={link.href}>
                {link.name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Reminds the operator of data to be filled in; with a live key the start is refused until that is done. */
export function PlaceholderText({ placeholders }: { placeholders: string[] }) {
  return (
    <div className="wrap py-3">
      <p>
        <strong>
          Hier fehlen noch {placeholders.length} {placeholders.length === 1 ? 'Angabe' : 'Angaben'} des Betreibers.
        </strong>{' '}
        Sie stehen als <code>[[…]]</code> in <code>content/operator.json</code> und in den Rechtstexten. Mit echten
        Schlüsseln startet die Werkstatt erst, wenn sie ausgefüllt sind.
      </p>
    </div>
  )
}
