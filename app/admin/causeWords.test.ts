import { expect, test } from 'vitest'
import { missingSettings } from './causeWords.ts'

test('each missing optional secret says what it costs', () => {
  const config = {
    resend: { apiKey: '', from: '', replyTo: null, webhookSecret: null, baseUrl: null },
    bunny: { libraryId: '', accessKey: '', readOnlyKey: 'x', cdnBaseUrl: null, tokenKey: null, apiBaseUrl: '' },
  }
  const messages = missingSettings(config).map(({ message }) => message)
  expect(messages).toHaveLength(2)
  expect(messages[0]).toContain('RESEND_WEBHOOK_SECRET')
  expect(messages[1]).toContain('BUNNY_TOKEN_KEY')
})
