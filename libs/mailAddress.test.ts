import { expect, test } from 'vitest'
import { travelling } from '#libs/mailAddress.ts'

test.each([
  ['post@müller.de', 'post@xn--mller-kva.de'],
  ['Grüße @ Müller <post@müller.de>', 'Grüße @ Müller <post@xn--mller-kva.de>'],
  ['post@MÜLLER.de', 'post@xn--mller-kva.de'],
  ['post@straße.example', 'post@xn--strae-oqa.example'],
  ['a@b.de', 'a@b.de'],
  ['Kurs <A@B.de>', 'Kurs <A@B.de>'],
  ['kein Müller', 'kein Müller'],
  ['post@mü ller.de', 'post@mü ller.de'],
  ['', ''],
])('%j travels as %j', (address, wanted) => {
  expect(travelling(address)).toBe(wanted)
})
