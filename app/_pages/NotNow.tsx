import { Notice } from '#components/ui/Notice.tsx'

/** For somebody whose session cannot be looked up (`isViewerUnknown`). */
export const STILL_IN = 'Deine Anmeldung gilt weiter, du brauchst dich nicht neu anzumelden.'

/** Shown instead of a page while the database is away (`orAway`): tells what is not lost, and how to try again. */
export function NotNow({ title, safe, href }: { title: string; safe: string; href: string }) {
  return (
    <div className="column page">
      <h1>{title}</h1>
      <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
        <p>{safe} Lade die Seite in einer Minute neu.</p>
      </Notice>
      <a className="button button-primary mt-8" href={href}>
        Noch einmal versuchen
      </a>
    </div>
  )
}
