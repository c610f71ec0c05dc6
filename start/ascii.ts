import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Escapes every non-ASCII character: V8 keeps a program's text with one byte per character, but with two as soon as it
 * has a single „. Such characters occur only in strings, templates and patterns, where the escape means the same.
 */
export const escapeAll = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Writes a script anew, if there is need. */
export function asciiOnly(file: string): void {
  const code = readFileSync(file, 'utf8')
  const escaped = escapeAll(code)
  if (escaped !== code) writeFileSync(file, escaped)
}

/** Every script below a folder. */
export function asciiOnlyBelow(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.js')) asciiOnly(path.join(folder, name))
}
