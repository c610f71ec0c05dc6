import type { Breakage } from '#libs/sandbox.ts'

export interface Switch {
  name: string
  /** What will happen, in one line. */
  happens: string
  /** Which mechanism heals it, in one line. */
  heals: string
}

/** The switches in the order of the chain. */
export const switches: Record<Breakage, Switch> = {
  webhook_duplicate: {
    name: 'Webhook doppelt',
    happens: 'Stripe schickt jedes der nächsten zehn Ereignisse dreimal.',
    heals: 'Die Kennung ist Schlüssel der Tabelle: eine Zeile, ein Job, eine Mail.',
  },
  webhook_delay: {
    name: 'Webhook verzögert',
    happens: 'Die Nachricht „bezahlt“ kommt fünf Sekunden zu spät.',
    heals: 'Nichts wartet auf sie; sie ist nur die Klingel, der Inhalt wird frisch geholt.',
  },
  webhook_lost: {
    name: 'Webhook geht verloren',
    happens: 'Die Nachricht „bezahlt“ kommt nie an.',
    heals: 'Der Abgleich fragt Stripe alle fünf Minuten, die Dankeseite sofort; „Nachsehen lassen“ tut es jetzt.',
  },
  stripe_500: {
    name: 'Stripe antwortet 500',
    happens: 'Zweimal scheitert die Frage nach der Session.',
    heals: 'Stripes SDK wiederholt mit Abstand, danach die Warteschlange.',
  },
  stripe_hang: {
    name: 'Stripe hängt',
    happens: 'Auf eine Frage kommt keine Antwort.',
    heals: 'Nach acht Sekunden ist die Frist um, dann wird neu gefragt.',
  },
  resend_429: {
    name: 'Resend 429',
    happens: 'Zweimal ist Resend zu beschäftigt.',
    heals: 'Retry-After wird eingehalten, der Job kommt wieder, die Mail geht einmal hinaus.',
  },
  resend_hang: {
    name: 'Resend hängt',
    happens: 'Resend nimmt die Mail an, antwortet aber nie.',
    heals: 'Nach zehn Sekunden derselbe Schlüssel noch einmal: Resend erkennt ihn.',
  },
  answer_cut: {
    name: 'Antwort abgeschnitten',
    happens: 'Resend nimmt die Mail an, die halbe Antwort geht verloren.',
    heals: 'Gleicher Schlüssel, gleiche Bytes: es bleibt eine Mail.',
  },
  worker_kill: {
    name: 'Worker töten',
    happens: 'Der worker stirbt mit kill -9, mitten in der nächsten Bestellung.',
    heals: 'Der Starter bringt ihn zurück, nach zehn Sekunden ohne Herzschlag läuft der Job neu.',
  },
}
