/** A browser made of `fetch`: keeps cookies, sends the headers a browser sends, follows no redirect by itself. */

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The JSON body; throws if it is none. */
  json: <T = Record<string, unknown>>() => T
}

export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Posts as a plain HTML form would. */
  submit(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  send(method: string, path: string, body?: BodyInit, headers?: Record<string, string>): Promise<Answer>
}

function keepCookies(jar: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute)) || pair.slice(at + 1) === ''
    if (gone) jar.delete(name)
    else jar.set(name, pair.slice(at + 1))
  }
}

export function openBrowser(
  origin: string,
  ip?: string,
  knock: (url: URL, init?: RequestInit) => Promise<Response> = fetch,
): Browser {
  const cookies = new Map<string, string>()

  async function send(
    method: string,
    path: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await knock(new URL(path, origin), {
      method,
      body,
      redirect: 'manual',
      headers: {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        'sec-fetch-site': 'same-origin',
        origin,
        ...(cookie && { cookie }),
        ...(ip && { 'x-forwarded-for': ip }),
        ...headers,
      },
    })
    keepCookies(cookies, response.headers)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }

  return {
    cookies,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) =>
      send('POST', path, JSON.stringify(body ?? {}), { 'content-type': 'application/json', ...headers }),
    submit: (path, fields, headers) =>
      send('POST', path, new URLSearchParams(fields), {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      }),
  }
}
