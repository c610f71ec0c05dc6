import { CalendarPlus, Download } from 'lucide'
import { CopyField } from '#components/plan/CopyField.tsx'
import { Icon } from '#components/ui/Icon.tsx'

interface PlanCalendarProps {
  /** The feed's whole address; null while it is off. */
  feed: string | null
  /** A session that is not proven may not make an address that outlives it. */
  proven: boolean
  hrefs: { feed: string; download: string }
}

/** The plan for the learner's own calendar: a feed that follows every change, or a file of the present plan. */
export function PlanCalendar({ feed, proven, hrefs }: PlanCalendarProps) {
  return (
    <section className="plan-part" aria-labelledby="kalender">
      <h2 id="kalender">In deinem Kalender</h2>
      {feed ? (
        <>
          <p className="mt-3">
            Der Kalender holt sich den Plan von selbst, auch wenn er sich ändert. Meist dauert das ein paar Stunden.
          </p>
          <p className="mt-5">
            <a className="button button-primary" href={feed.replace(/^https?:/, 'webcal:')}>
              <Icon of={CalendarPlus} size={20} /> In meinen Kalender
            </a>
          </p>
          <div className="mt-5">
            <CopyField label="Oder von Hand abonnieren, mit dieser Adresse" value={feed} />
          </div>
          <p className="mt-3 text-muted">
            Wer die Adresse kennt, sieht deinen Plan, sonst nichts von dir. Ist sie in falsche Hände geraten, erneuere
            sie.
          </p>
          <div className="plan-actions">
            <FeedButton action={hrefs.feed} change="renew" name="Adresse erneuern" />
            <FeedButton action={hrefs.feed} change="off" name="Feed abschalten" />
          </div>
        </>
      ) : proven ? (
        <>
          <p className="mt-3">
            Du bekommst eine Adresse, die dein Kalender abonniert: auf dem Telefon und am Rechner, ohne Anmeldung. Jede
            Änderung am Plan kommt von selbst nach.
          </p>
          <div className="plan-actions">
            <FeedButton action={hrefs.feed} change="renew" name="Kalenderadresse machen" />
          </div>
        </>
      ) : (
        <p className="mt-3">
          Eine Kalenderadresse bekommst du nach einer richtigen Anmeldung. Öffne dazu den Link aus deiner Mail.
        </p>
      )}
      <p className="mt-5">
        <a className="link inline-flex items-center gap-2" href={hrefs.download}>
          <Icon of={Download} size={18} /> Einmal als Datei mitnehmen (.ics)
        </a>
      </p>
    </section>
  )
}

function FeedButton({ action, change, name }: { action: string; change: string; name: string }) {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="change" value={change} />
      <button type="submit" className="button button-quiet">
        {name}
      </button>
    </form>
  )
}
