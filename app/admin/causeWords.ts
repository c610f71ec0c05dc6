import type { Config } from '#config'
import type { Cause } from '#domain/operator/causes.ts'
import type { DatabaseTrouble } from '#ports'

/** Warnings for optional settings whose absence costs something, as the command `doctor` shows them. */
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

const databaseSentences: Record<DatabaseTrouble, Cause> = {
  unreachable: { code: 'database', message: 'Die Datenbank antwortet nicht. Prüfe, ob sie läuft.' },
  read_only: {
    code: 'database_read_only',
    message:
      'Die Datenbank nimmt nichts an, sie lässt nur lesen: ein Standby oder ein abgelöster Server. Mach sie zum Primary, oder richte DATABASE_URL auf ihn.',
  },
  no_room: {
    code: 'database_full',
    message: 'Die Datenbank hat keinen Platz mehr und lehnt Schreiben ab. Schaff Platz auf ihrer Platte.',
  },
}

/** The alarm for what is wrong with the database, as this process sees it. */
export const databaseCause = (trouble: DatabaseTrouble): Cause => databaseSentences[trouble]
