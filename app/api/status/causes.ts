import type { Config } from '#config'
import type { Pulse } from '#ports'

/** What an alarm says: a stable code for machines, a German sentence with the next step for people. */
export interface Cause {
  code: string
  message: string
}

const MINUTE = 60_000
const WORKER_SILENT_MS = 5 * MINUTE
const EVENT_OPEN_MS = 5 * MINUTE

export interface StuckLetters {
  parked: number
  unknown: number
}

/** Judges what was read. Pure, so that every threshold has a test. */
export function causesOf(pulse: Pulse, letters: StuckLetters, now: Date): Cause[] {
  const causes: Cause[] = []
  const age = (at: Date) => now.getTime() - at.getTime()
  if (!pulse.workerBeatAt || age(pulse.workerBeatAt) > WORKER_SILENT_MS)
    causes.push({ code: 'worker_silent', message: 'Seit über 5 Minuten arbeitet kein Worker. Starte ihn neu.' })
  if (pulse.oldestOpenEventAt && age(pulse.oldestOpenEventAt) > EVENT_OPEN_MS)
    causes.push({
      code: 'event_open',
      message: 'Ein Ereignis wartet seit über 5 Minuten. Unter /admin/ereignisse steht, woran es liegt.',
    })
  if (pulse.deadJobs > 0)
    causes.push({
      code: 'dead_jobs',
      message: `${count(pulse.deadJobs, 'Auftrag ist', 'Aufträge sind')} endgültig gescheitert. Sieh unter /admin/auftraege nach.`,
    })
  if (letters.parked > 0)
    causes.push({
      code: 'letters_parked',
      message: `${count(letters.parked, 'Mail braucht', 'Mails brauchen')} eine Entscheidung. Sieh unter /admin/mails nach.`,
    })
  if (letters.unknown > 0)
    causes.push({
      code: 'letters_unknown',
      message: `Bei ${count(letters.unknown, 'Mail', 'Mails')} ist offen, ob sie ankam. Sieh unter /admin/mails nach.`,
    })
  return causes
}

/** Optional settings whose absence costs something, each with its price. */
export function missingSettings(config: Pick<Config, 'resend' | 'bunny'>): Cause[] {
  const losses: [boolean, string, string][] = [
    [config.resend.webhookSecret === null, 'RESEND_WEBHOOK_SECRET', 'Mails bleiben „übergeben“'],
    [config.bunny.tokenKey === null, 'BUNNY_TOKEN_KEY', 'Filme sind unsigniert abrufbar'],
    [config.bunny.readOnlyKey === null, 'BUNNY_STREAM_READ_ONLY_KEY', 'Filmstände werden nur stündlich gelesen'],
  ]
  return losses
    .filter(([missing]) => missing)
    .map(([, name, loss]) => ({
      code: 'setting_missing',
      message: `${name} fehlt: ${loss}. \`npm run doctor\` hilft.`,
    }))
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`
