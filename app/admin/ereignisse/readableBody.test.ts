import { expect, test } from 'vitest'
import { readableBody } from './readableBody.ts'

const body = (value: unknown) => readableBody(Buffer.from(JSON.stringify(value)))

test('a body is readable, with its address, and opens nothing', () => {
  const shown = body({
    type: 'checkout.session.completed',
    data: {
      object: {
        id: 'cs_test_1',
        client_secret: 'geheim',
        url: 'https://checkout.test/geheim',
        receipt_url: 'https://pay.test/geheim',
        customer_details: { email: 'mara@example.de' },
        description: 'siehe https://x.test/anmelden/link?token=geheim',
        click: { link: 'https://x.test/anmelden/link?token=geheim' },
        livemode: false,
      },
    },
  })
  expect(shown).not.toContain('geheim')
  expect(shown).toContain('"email": "mara@example.de"')
  expect(shown).toContain('"id": "cs_test_1"')
  expect(shown).toContain('"livemode": false')
})

test('an object behind a secret key goes as a whole', () => {
  expect(body({ tokens: { a: 'geheim' } })).not.toContain('geheim')
})

test('what is no JSON is not shown at all', () => {
  expect(readableBody(Buffer.from('token=geheim'))).toBeNull()
  expect(readableBody(null)).toBeNull()
})
