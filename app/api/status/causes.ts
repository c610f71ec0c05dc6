import type { Config } from '#config'
import type { Cause } from '#domain/mail/causes.ts'

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
