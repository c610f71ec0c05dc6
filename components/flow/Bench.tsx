import './flow.css'

export interface BenchSwitch {
  what: string
  name: string
  happens: string
  heals: string
  armed: boolean
}

interface BenchProps {
  switches: BenchSwitch[]
  breakAction: string
  purchaseAction: string
  /** The page to come back to. */
  back: string
}

const Key = () => <input type="hidden" name="key" value={crypto.randomUUID()} />

/** Starts a purchase to look at, and breaks things on purpose: plain forms, only in the sandbox. */
export function Bench({ switches, breakAction, purchaseAction, back }: BenchProps) {
  const some = switches.some(({ armed }) => armed)
  return (
    <div className="bench">
      <div className="bench-start">
        <form method="post" action={purchaseAction}>
          <Key />
          <input type="hidden" name="back" value={back} />
          <button className="button button-primary" type="submit">
            Testkauf starten
          </button>
        </form>
        <form method="post" action={purchaseAction}>
          <Key />
          <input type="hidden" name="back" value={back} />
          <input type="hidden" name="pay" value="selbst" />
          <button className="button button-quiet" type="submit">
            Testkauf, ich bezahle selbst
          </button>
        </form>
      </div>
      <section aria-labelledby="schalter">
        <h2 id="schalter">Schalter</h2>
        <p className="mt-1 text-muted">
          Jeder wirkt auf das, was als Nächstes kommt, und ist danach von selbst vorbei. Also erst scharf schalten, dann
          den Testkauf starten.
        </p>
        <ul className="bench-switches">
          {switches.map((one) => (
            <li key={one.what}>
              <form method="post" action={breakAction}>
                <Key />
                <input type="hidden" name="back" value={back} />
                <input type="hidden" name="what" value={one.what} />
                <button className="button button-secondary" type="submit" aria-describedby={`wirkt-${one.what}`}>
                  {one.name}
                </button>
                {one.armed && <span className="lamp lamp-bad">scharf</span>}
              </form>
              <p id={`wirkt-${one.what}`}>{one.happens}</p>
              <p className="bench-heals">
                <span className="sr-only">Was heilt: </span>
                {one.heals}
              </p>
            </li>
          ))}
        </ul>
        <form method="post" action={breakAction} className="mt-4">
          <Key />
          <input type="hidden" name="back" value={back} />
          <input type="hidden" name="what" value="heal" />
          <button className="button button-quiet" type="submit">
            Alles wieder heil
          </button>{' '}
          <span className="text-muted">
            {some ? 'nimmt jeden scharfen Schalter zurück' : 'kein Schalter ist scharf'}
          </span>
        </form>
      </section>
    </div>
  )
}
