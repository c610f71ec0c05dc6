import { expect, test } from 'vitest'
import { blankLetter } from './blankLetter.ts'

const letter = {
  subject: 'Dein Zugang',
  html: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
    <a href="https://x.test/anmelden/link?token=geheim" style="color:red">Anmelden</a> https://x.test/?token=geheim
    <a HREF='https://pay.test/receipt/geheim'>Beleg</a><a href=https://x.test/geheim>ohne Striche</a>`,
  text: 'Anmelden: https://x.test/anmelden/link?token=geheim\nBeleg https://pay.test/receipt/geheim.',
}

test('no link leads anywhere and no secret is left', () => {
  const { html, text } = blankLetter(letter)
  expect(`${html}${text}`).not.toContain('geheim')
  expect(html).not.toMatch(/href/i)
  expect(html).toContain('<a style="color:red">Anmelden</a> [Link ausgeblendet]')
  expect(text).toContain('Anmelden: [Link ausgeblendet]')
})

test('the document type stays, so that the preview has the layout of the mail', () => {
  expect(blankLetter(letter).html).toContain('http://www.w3.org/TR/xhtml1')
})
