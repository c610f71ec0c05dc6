import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { readCookie } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import type { Own } from '#app/_parts/own.ts'
import { OWN_DATA } from '#components/kept/ownProps.ts'
import { judgeSession } from '#domain/access/judgeSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { ownLessonParts } from '#parts/lesson.tsx'
import { drawWorkshop, WORKSHOP_SLOT } from '#parts/workshop.tsx'
import type { Ctx } from '#ports'
import { acceptedEncoding } from '../encoding.ts'
import type { RenderedPage } from './renderInProcess.ts'

/**
 * Lesson and Werkbank of a learner: the page is made once for all learners, and each answer adds their own parts
 * (docs/decisions/keptPages.md). Whatever looks different (locked, an outage, an operator) is left to Next.
 */

/** A page made for all learners, cut at the places of their own parts. */
export interface Shell {
  headers: Record<string, string>
  /** Text, then a place, then text, and so on. `place` is `slot:…` or `part:…`. */
  pieces: { text: string; place: string | null }[]
}

const place =
  /<template data-part="([^"]+)"><\/template>|<(\w+)((?: [\w-]+="[^"]*")*) data-slot="([^"]+)"((?: [\w-]+="[^"]*")*)><\/\2>/g

/** Cuts a page at its empty places; the tags of a slot stay. */
export function cutShell(page: RenderedPage, headers: Record<string, string>): Shell {
  const { html } = page
  const pieces: Shell['pieces'] = []
  let from = 0
  for (const match of html.matchAll(place)) {
    const [whole, part, tag, , slot] = match
    const at = match.index + (part ? 0 : whole.length - `</${tag}>`.length)
    pieces.push({ text: html.slice(from, at), place: part ? `part:${part}` : `slot:${slot}` })
    from = part ? match.index + whole.length : at
  }
  pieces.push({ text: html.slice(from), place: null })
  return { headers, pieces }
}

/** Characters with which data could end its element or open a comment. */
const asData = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')

/** The page with a learner's own parts. */
export function fillShell({ pieces }: Shell, { slots, parts }: Own, learnerId: string): string {
  const data: Record<string, object> = { learner: { learnerId } }
  for (const [name, { props }] of Object.entries(parts)) data[name] = props
  const contents: Record<string, string> = { [`slot:${OWN_DATA}`]: asData(data), 'part:learner': '' }
  for (const [id, html] of Object.entries(slots)) contents[`slot:${id}`] = html
  for (const [name, { html }] of Object.entries(parts)) contents[`part:${name}`] = html
  return pieces.map(({ text, place }) => (place === null ? text : text + (contents[place] ?? ''))).join('')
}

const packers = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 5 }),
}

export interface LearnerPages {
  /** True: this request is being answered, by us or by `otherwise`. */
  answer(request: IncomingMessage, response: ServerResponse, otherwise: () => void): boolean
}

interface Asked {
  /** Address of the page made for all. */
  shell: string
  own(ctx: Ctx, viewer: Viewer): Promise<Own | null>
}

/** The page a request asks for; null for one that is not ours to answer. */
function askedFor(url: string): Asked | null {
  const [path = '', query = ''] = url.split('?', 2)
  if (path === paths.workshop() && query === '')
    return {
      shell: path,
      own: async (ctx, viewer) => ({ slots: { [WORKSHOP_SLOT]: await drawWorkshop(ctx, viewer) }, parts: {} }),
    }
  const slug = /^\/lektionen\/([\w-]+)$/.exec(path)?.[1]
  const second = /^(?:t=([\d.]{1,9}))?$/.exec(query)
  if (!slug || !second) return null
  return { shell: path, own: (ctx, viewer) => ownLessonParts(ctx, { slug, t: second[1], viewer }) }
}

/** `shellOf` answers the page made for all learners; null where it cannot be had. */
export function openLearnerPages(
  ctxFor: (requestId: string) => Ctx,
  siteUrl: string,
  shellOf: (url: string) => Promise<Shell | null>,
): LearnerPages {
  async function pageFor(
    asked: Asked,
    token: string,
    requestId: string,
  ): Promise<{ shell: Shell; html: string } | null> {
    const ctx = ctxFor(requestId)
    const { viewer } = await judgeSession(ctx, token)
    if (!viewer || viewer.degraded || viewer.role !== 'learner' || viewer.courses.length === 0) return null
    const [shell, own] = await Promise.all([shellOf(asked.shell), asked.own(ctx, viewer)])
    return shell && own ? { shell, html: fillShell(shell, own, viewer.personId) } : null
  }

  async function send(
    { shell, html }: { shell: Shell; html: string },
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const plain = Buffer.from(html)
    const encoding = acceptedEncoding(request.headers['accept-encoding'])
    const body = encoding ? await packers[encoding](plain) : plain
    if (response.destroyed) return
    response.writeHead(200, {
      ...shell.headers,
      'cache-control': 'private, no-store',
      vary: 'accept-encoding',
      ...(encoding && { 'content-encoding': encoding }),
      'content-length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  return {
    answer(request, response, otherwise) {
      const { method, url = '/', headers } = request
      if ((method !== 'GET' && method !== 'HEAD') || headers.rsc !== undefined) return false
      const asked = askedFor(url)
      const token = asked && readCookie(headers.cookie ?? null, 'session', siteUrl)
      if (!asked || !token) return false
      pageFor(asked, token, String(headers['x-request-id']))
        .then((page) => (page ? send(page, request, response) : otherwise()))
        // Next meets the same trouble, and tells the reader.
        .catch(otherwise)
      return true
    },
  }
}
