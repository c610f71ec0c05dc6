import { PlanForm } from '#components/plan/PlanForm.tsx'

interface PlanChangeProps {
  wish: { weekdays: number[]; minutes: number; time: string; startsOn: string }
  /** The form that was refused when sent without scripts; it is open. */
  refused: 'plan' | 'pause' | null
  /** The day that was typed into it. */
  until?: string
  today: string
  tomorrow: string
  pausedUntil: string | null
  hrefs: { save: string; saved: string; pause: string; remove: string }
}

/** Change, pause, delete: folded until they are wanted; plain forms. */
export function PlanChange({ wish, refused, until, today, tomorrow, pausedUntil, hrefs }: PlanChangeProps) {
  return (
    <section className="plan-part" aria-labelledby="aendern">
      <h2 id="aendern">Anders als gedacht?</h2>
      <details className="plan-fold" open={refused === 'plan'}>
        <summary>Plan ändern</summary>
        <PlanForm wish={wish} today={today} isNew={false} hrefs={hrefs} />
      </details>
      <details className="plan-fold" open={pausedUntil !== null || refused === 'pause'}>
        <summary>{pausedUntil ? 'Pause beenden' : 'Pause machen'}</summary>
        {pausedUntil ? (
          <form method="post" action={hrefs.pause} className="plan-form">
            <button type="submit" className="button button-secondary">
              Heute weitermachen
            </button>
          </form>
        ) : (
          <form method="post" action={hrefs.pause} className="plan-form">
            <div className="field">
              <label htmlFor="plan-pause">Wann geht es weiter?</label>
              <input
                id="plan-pause"
                type="date"
                name="until"
                defaultValue={until}
                required
                min={tomorrow}
                className="input plan-narrow"
              />
              <p className="field-hint">Bis dahin ist nichts geplant. Nichts läuft dir davon.</p>
            </div>
            <button type="submit" className="button button-secondary">
              Pause machen
            </button>
          </form>
        )}
      </details>
      <details className="plan-fold">
        <summary>Plan löschen</summary>
        <form method="post" action={hrefs.remove} className="plan-form">
          <p>
            Weg sind nur der Plan und seine Kalenderadresse. Fortschritt und Notizen bleiben, und einen neuen Plan
            machst du in einer Minute.
          </p>
          <button type="submit" className="button button-secondary">
            Ja, Plan löschen
          </button>
        </form>
      </details>
    </section>
  )
}
