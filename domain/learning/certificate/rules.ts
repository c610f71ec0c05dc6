import { readName } from '#domain/access/rules.ts'

/** The public number of a Teilnahmebestätigung, and what may stand on one as a name. Pure. */

/** Digits and letters that nobody takes for another: no 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U. */
const alphabet = '3479ACDEFHJKMNPQRTVWXY'
/** 20 symbols out of 22: 89 bits, so that nobody guesses a number. */
const LENGTH = 20
const GROUP = 4

const shape = new RegExp(`^[${alphabet}]{${LENGTH}}$`)

const grouped = (plain: string) => plain.match(new RegExp(`.{${GROUP}}`, 'g'))!.join('-')

/**
 * A number from a random secret (base64url of 32 bytes). With 256 bits no symbol is measurably likelier than another.
 */
export function numberFrom(secret: string): string {
  let rest = BigInt(`0x${Buffer.from(secret, 'base64url').toString('hex')}`)
  const base = BigInt(alphabet.length)
  let plain = ''
  for (let place = 0; place < LENGTH; place++) {
    plain += alphabet[Number(rest % base)]
    rest /= base
  }
  return grouped(plain)
}

/**
 * A number as people type it from paper („k3f7 …“, without dashes) → as it is stored; null for anything that cannot be
 * one.
 */
export function readNumber(input: string): string | null {
  if (input.length > 2 * LENGTH) return null
  const plain = input.toUpperCase().replace(/[\s-]/g, '')
  return shape.test(plain) ? grouped(plain) : null
}

/** Letters of any script and what stands between them in names. No address, no markup: the page is public. */
const nameShape = /^[\p{L}\p{M}\p{N} \p{Join_Control}.,'’ʻʼ´`·•\-‐‑–()・]+$/u
/** No language stacks five combining marks on one letter. */
const towers = /\p{M}{5,}/u

/**
 * A name as typed → as it is printed; null when empty, over 80 characters, or with markup, addresses or control
 * characters.
 */
export function certificateName(input: string): string | null {
  const name = readName(input)
  if (name === null || name === '' || !nameShape.test(name) || towers.test(name) || !/\p{L}/u.test(name)) return null
  // „www.beispiel.de“ would make our page somebody's advertisement.
  return /\p{L}\.\p{L}{2,}(?:\b|$)/u.test(name) && /www|\.(?:de|com|net|org|info|shop|io|at|ch)\b/i.test(name)
    ? null
    : name
}
