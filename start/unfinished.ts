import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readOperator } from '#libs/content.ts'
import { readConsentFile } from '#libs/contentFiles.ts'
import { type Environment, isLoopback } from '../config.ts'
import { StartError } from './sentence.ts'
import { root } from './settings.ts'

/** Pages the law wants, each a file of `content/legal`. */
const legalPages = ['impressum', 'datenschutz', 'agb', 'widerruf', 'barrierefreiheit']

/** What is missing in the files of `content/` before money may be taken, each with its place. */
export function unfinishedContent(from = root): string[] {
  const operator = readOperator(from)
  const folder = path.join(from, 'content', 'legal')
  const present = readdirSync(folder)
  const found = operator.placeholders.map((field) => `${field} in content/operator.json`)
  for (const page of legalPages) {
    const text = present.includes(`${page}.md`) ? readFileSync(path.join(folder, `${page}.md`), 'utf8').trim() : ''
    if (text === '') found.push(`content/legal/${page}.md`)
    else for (const [mark] of text.matchAll(/\[\[.*?\]\]/g)) found.push(`${mark} in content/legal/${page}.md`)
  }
  // An order stores this version with the ticks: as evidence it must name the text that was shown.
  if (readConsentFile(from).version !== operator.versions.consent)
    found.push('versions.consent in content/operator.json (it differs from version in content/consent.json)')
  return found
}

/**
 * Refuses to start with a live key while something is missing that a shop needs: operator, legal texts, mail to buyers
 * and operators, keys outside of the data folder. Throws one `StartError` that names everything at once, so that nobody
 * has to start ten times.
 */
export function refuseUnfinished(env: Environment, content = unfinishedContent): void {
  if (!env.STRIPE_SECRET_KEY?.includes('_live_')) return
  const site = env.NEXT_PUBLIC_SITE_URL ? new URL(env.NEXT_PUBLIC_SITE_URL) : null
  const settings = [
    !env.JWT_SECRET && 'JWT_SECRET (`openssl rand -base64 48` makes one)',
    !env.STRIPE_WEBHOOK_SECRET && 'STRIPE_WEBHOOK_SECRET',
    !env.ADMIN_EMAILS && 'ADMIN_EMAILS (who hears of a withdrawal or a failed refund)',
    !env.MAIL_FROM && 'MAIL_FROM',
    (site === null || (site.protocol !== 'https:' && !isLoopback(site.hostname))) &&
      'NEXT_PUBLIC_SITE_URL (https; every link in a letter is built from it)',
  ].filter((missing) => missing !== false)
  const texts = content()
  const parts = [
    settings.length > 0 && `in .env.local: ${settings.join(', ')}`,
    texts.length > 0 && `in the texts: ${texts.join(', ')}`,
  ].filter((part) => part !== false)
  if (parts.length > 0)
    throw new StartError(
      `A live Stripe key is set, but this is still missing ${parts.join('; ')}. Fill it in, or use a test key.`,
    )
}
