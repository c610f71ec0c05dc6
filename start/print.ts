import path from 'node:path'
import type { Service } from '../config.ts'
import type { Plan } from './plan.ts'
import { root } from './settings.ts'

const names: Record<Service, string> = { stripe: 'Stripe', resend: 'Resend', bunny: 'Bunny' }
const calm: Record<Service, string> = {
  stripe: 'kein Geld fließt',
  resend: 'keine Mail verlässt diesen Rechner',
  bunny: 'keine Daten gehen an Bunny',
}

const joined = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} und ${words.at(-1)}`

/** The one block a person sees when everything runs: where to look, how to get in, what is emulated. */
export function welcome(plan: Plan, seconds: number): string {
  const { siteUrl, pages, emulated, adminEmails } = plan
  const rows: [string, string][] = [
    ['Laden', siteUrl],
    ['Verwaltung', `${siteUrl}/admin`],
    ...(adminEmails[0] ? ([['', howToLogIn(adminEmails[0], pages.mailbox !== undefined)]] as [string, string][]) : []),
    ...(pages.mailbox ? ([['Postfach', pages.mailbox]] as [string, string][]) : []),
    ...(pages.stripe ? ([['Stripe', pages.stripe]] as [string, string][]) : []),
    ...(pages.bunny ? ([['Bunny', pages.bunny]] as [string, string][]) : []),
    ['Protokolle', path.relative(root, path.join(plan.dataDir, 'logs')) || plan.dataDir],
  ]
  const took = seconds.toLocaleString('de-DE', { maximumFractionDigits: 1 })
  return [
    '',
    `  Die Produktivitäts-Werkstatt läuft, bereit nach ${took} s.`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(12)}${text}`),
    '',
    ...emulation(emulated),
    '  Beenden mit Strg-C.',
    '',
  ].join('\n')
}

const howToLogIn = (address: string, mailbox: boolean) =>
  `Unter /anmelden ${address} eingeben, der Link liegt ${mailbox ? 'im Postfach' : 'in deinen Mails'}.`

function emulation(emulated: Service[]): string[] {
  if (emulated.length === 0) return ['  Stripe, Resend und Bunny sind echt.']
  const real = (Object.keys(names) as Service[]).filter((service) => !emulated.includes(service))
  const are = emulated.length === 1 ? 'ist' : 'sind'
  return [
    `  Nachgestellt ${are} ${joined(emulated.map((service) => names[service]))}: ${joined(emulated.map((service) => calm[service]))}.`,
    ...(real.length > 0
      ? [`  Echt ${real.length === 1 ? 'ist' : 'sind'} ${joined(real.map((service) => names[service]))}.`]
      : []),
    ...(emulated.includes('stripe') ? ['  Testkarte 4242 4242 4242 4242, Datum und Prüfziffer beliebig.'] : []),
  ]
}
