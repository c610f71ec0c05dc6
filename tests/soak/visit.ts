import { type Answer, type Browser, openBrowser } from '#tests/kit/browser.ts'
import { type Books, isDesigned } from './books.ts'

/** No person looks at an hourglass for ever; the machine may stand still for half a minute. */
const PATIENCE_MS = 60_000

export interface Visitor {
  /** Logged out: further requests in this person's name are rightly refused. */
  left: boolean
  readonly cookies: Browser['cookies']
  /** Asks and judges: any status that is neither in `fine` nor a designed refusal is a fault. */
  get(path: string, fine?: number[]): Promise<Answer>
  post(path: string, body?: unknown, fine?: number[]): Promise<Answer>
  send(method: string, path: string, body?: string, headers?: Record<string, string>, fine?: number[]): Promise<Answer>
}

/** Finds „..“: a text that ends in a full stop was followed by another one. */
const twoDots = /\p{L}\.\.(?!\.)/u
const wordsOf = (html: string) => html.replace(/<(script|style|pre|code)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ')

/** Somebody with an address of their own, whose every answer is counted and judged. */
export function visitor(actor: string, origin: string, books: Books, ip: string): Visitor {
  const browser = openBrowser(origin, ip, (url, init) =>
    fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) }),
  )
  const judged = async (method: string, path: string, fine: number[], asked: () => Promise<Answer>) => {
    let answer: Answer
    try {
      answer = await asked()
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code
      const late = (error as Error).name === 'TimeoutError' && books.stalls.recently()
      if (late) books.refused('no answer in time: the machine stood still')
      else books.wrong(`${actor}: ${method} ${path} got no answer (${cause ?? (error as Error).message})`)
      throw new Cut()
    }
    books.count(actor, answer.status)
    if (self.left && answer.status === 401) return answer
    if (!fine.includes(answer.status) && !isDesigned(books, path, answer))
      books.wrong(
        `${actor}: ${method} ${path} answered ${answer.status} (${answer.headers.get('x-request-id')}): ${answer.text.slice(0, 200)}`,
      )
    if (answer.headers.get('content-type')?.startsWith('text/html')) {
      const found = twoDots.exec(wordsOf(answer.text))
      if (found) books.wrong(`${actor}: ${path} has a sentence that ends twice: „${aroundOf(answer.text, found[0])}“`)
    }
    return answer
  }
  const self: Visitor = {
    left: false,
    cookies: browser.cookies,
    get: (path, fine = [200, 303, 304, 307]) => judged('GET', path, fine, () => browser.get(path)),
    post: (path, body, fine = [200, 202]) => judged('POST', path, fine, () => browser.post(path, body)),
    send: (method, path, body, headers, fine = [200]) =>
      judged(method, path, fine, () => browser.send(method, path, body, headers)),
  }
  return self
}

const aroundOf = (text: string, found: string) => {
  const at = wordsOf(text).indexOf(found)
  return wordsOf(text)
    .slice(Math.max(0, at - 40), at + 10)
    .replace(/\s+/g, ' ')
}

/** The web closed the connection, so the rest of what this person would do makes no sense. */
export class Cut extends Error {}
