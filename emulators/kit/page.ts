import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import { styles } from './styles.ts'

export { html, raw }

/** The result of an `html` template. Interpolated text is escaped. */
export type Html = ReturnType<typeof html>

export interface PageInput {
  title: string
  /** Shown in the header, for example „Stripe-Nachbildung“. */
  emulator: string
  /** Links in the header; the one whose `href` is `here` is marked as the current page. */
  nav?: { href: string; label: string }[]
  here?: string
  /** `narrow` for forms and letters. */
  width?: 'wide' | 'narrow'
  body: Html
}

/** A calm German page: works without JavaScript, from this server alone, light and dark. */
export function page(input: PageInput): Html {
  return html`<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${input.title} · ${input.emulator}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' fill='%23F2B632'/%3E%3Cpath d='M3 0v6M7 0v4M11 0v6' stroke='%231D1B19' stroke-width='1.4'/%3E%3C/svg%3E">
<style>${raw(styles)}</style>
</head>
<body>
<a class="skip" href="#inhalt">Zum Inhalt</a>
<header class="top"><p class="name">${input.emulator}<span class="stamp">Nachbildung</span></p>
${input.nav ? html`<nav aria-label="Bereiche">${input.nav.map((link) => html`<a href="${link.href}" ${link.href === input.here ? raw('aria-current="page"') : ''}>${link.label}</a>`)}</nav>` : ''}</header>
<main id="inhalt" class="${input.width ?? 'wide'}">${input.body}</main>
</body>
</html>`
}

/**
 * Answers a page with a policy that allows nothing foreign. Without `form-action`, which would also apply to redirects
 * back to the shop.
 */
export function sendPage(
  c: Context,
  content: Html,
  status: 200 | 400 | 402 | 404 | 409 | 410 = 200,
): Response | Promise<Response> {
  c.header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'",
  )
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  c.header('x-content-type-options', 'nosniff')
  return c.html(content, status)
}

/** A table with a caption for screen readers; `empty` says what will appear here and how. */
export function dataTable(caption: string, heads: string[], rows: Html[], empty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head || html`<span class="hidden">Aktion</span>`}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}

/** One button as a form of its own; hidden fields carry what it is about. */
export function actionButton(
  action: string,
  label: string,
  fields: Record<string, string> = {},
  tone: 'plain' | 'main' | 'danger' = 'plain',
): Html {
  return html`<form method="post" action="${action}" class="inline">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="${tone}">${label}</button></form>`
}

const clock = new Intl.DateTimeFormat('de-DE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Berlin' })

/** „22.11.26, 18:20:05“, from milliseconds since 1970. */
export const formatTime = (ms: number) => clock.format(ms)

/** „349,00 €“, from cents. */
export const formatMoney = (amount: number, currency: string) =>
  new Intl.NumberFormat('de-DE', { style: 'currency', currency: currency.toUpperCase() }).format(amount / 100)
