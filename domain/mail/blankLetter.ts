import type { RenderedLetter } from '#ports'

const HIDDEN = '[Link ausgeblendet]'
/** Every address but the document type's own. */
const address = /https?:\/\/(?!www\.w3\.org\/)[^\s"'<>]+/gi

/**
 * Takes every link out of a letter that somebody else looks at: also a receipt's address opens for whoever holds it.
 * What looks like a link stays as text and leads nowhere.
 */
export function blankLetter({ subject, html, text }: RenderedLetter): RenderedLetter {
  const inert = html.replace(/\s(?:href|src|action|background)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '')
  return { subject, html: inert.replace(address, HIDDEN), text: text.replace(address, HIDDEN) }
}
