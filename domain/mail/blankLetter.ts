import type { RenderedLetter } from '#ports'

const HIDDEN = '[Link ausgeblendet]'
/** Every link but the one inside the HTML document type. */
const address = /https?:\/\/(?!www\.w3\.org\/)[^\s"'<>]+/gi

/**
 * Takes every link out of a letter that somebody else looks at, a receipt's too, because it opens for whoever has it.
 * The text of a link stays and leads nowhere.
 */
export function blankLetter({ subject, html, text }: RenderedLetter): RenderedLetter {
  const inert = html.replace(/\s(?:href|src|action|background)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '')
  return { subject, html: inert.replace(address, HIDDEN), text: text.replace(address, HIDDEN) }
}
