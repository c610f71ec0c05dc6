import { domainToASCII } from 'node:url'

/**
 * An address as Stripe and Resend take it: `post@müller.de` and `Kurs <post@müller.de>` with the domain as punycode.
 * Everything else stays unchanged, even what is no address: they will refuse it.
 */
export function travelling(address: string): string {
  const [, before, domain, after] = /^(.*@)([^\s@<>"]+)(>?\s*)$/s.exec(address) ?? []
  if (before === undefined || domain === undefined || isAscii(domain)) return address
  const ascii = domainToASCII(domain)
  return ascii === '' ? address : `${before}${ascii}${after}`
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)
