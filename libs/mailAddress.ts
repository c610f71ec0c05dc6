import { domainToASCII } from 'node:url'

/**
 * An address as it leaves for Stripe and Resend: `post@müller.de` and `Kurs <post@müller.de>` with the domain as
 * punycode. Neither takes it raw. Everything else stays as it is, also what is no address: that is theirs to refuse.
 */
export function travelling(address: string): string {
  const [, before, domain, after] = /^(.*@)([^\s@<>"]+)(>?\s*)$/s.exec(address) ?? []
  if (before === undefined || domain === undefined || isAscii(domain)) return address
  const ascii = domainToASCII(domain)
  return ascii === '' ? address : `${before}${ascii}${after}`
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)
