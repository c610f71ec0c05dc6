/** Why our server did not do what it was asked; `message` is its German sentence for the person. */
export interface Refusal {
  code: string
  message: string
  requestId?: string
  fields?: Record<string, string>
  facts?: Record<string, string | number | boolean | null>
}

/** `status` 0 with the code `offline`: nobody answered. */
export type ApiAnswer<Value> =
  | { ok: true; status: number; value: Value }
  | { ok: false; status: number; refusal: Refusal }

const offline: Refusal = {
  code: 'offline',
  message:
    'Wir erreichen den Server gerade nicht. Es ist nichts passiert; prüfe deine Verbindung und versuche es noch einmal.',
}
const unreadable: Refusal = {
  code: 'internal',
  message: 'Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.',
}

const WAIT_MS = 30_000
/** Bytes that all requests of an ending page together may have: browsers allow 64 kB; some room is left for others. */
const SURVIVING_BYTES = 62_000
let surviving = 0

export interface ApiInit extends Omit<RequestInit, 'keepalive'> {
  /** Milliseconds after which a missing answer counts as none. */
  waitMs?: number
  /** The request goes on when the page ends, as far as the browser allows; its answer is read if the page stays. */
  survives?: boolean
}

/** Sends JSON and reads `{ error }` or the value; never throws. The only `fetch` of our pages. */
export async function callApi<Value>(url: string, init: ApiInit = {}): Promise<ApiAnswer<Value>> {
  const { waitMs = WAIT_MS, survives = false, ...rest } = init
  const bytes = survives ? bytesOf(rest.body) : 0
  const keepalive = survives && surviving + bytes <= SURVIVING_BYTES
  if (keepalive) surviving += bytes
  try {
    const signal = init.signal ?? AbortSignal.timeout(waitMs)
    const response = await fetch(url, { ...rest, signal, keepalive })
    const body = (await response.json().catch(() => null)) as { error?: Refusal } | null
    if (response.ok && body) return { ok: true, status: response.status, value: body as Value }
    return { ok: false, status: response.status, refusal: body?.error ?? unreadable }
  } catch {
    return { ok: false, status: 0, refusal: offline }
  } finally {
    if (keepalive) surviving -= bytes
  }
}

export const postJson = <Value>(url: string, value: unknown = {}, init: ApiInit = {}): Promise<ApiAnswer<Value>> =>
  callApi<Value>(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(value),
    ...init,
  })

const bytesOf = (body: unknown) => (typeof body === 'string' ? new TextEncoder().encode(body).length : 0)
