/** The browser's side of our HTTP answers. Refusals carry a German sentence from the server. */
export interface Refusal {
  code: string
  message: string
  requestId?: string
  fields?: Record<string, string>
  facts?: Record<string, string | number | boolean | null>
}

export type ApiAnswer<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal }

const offline: Refusal = {
  code: 'offline',
  message:
    'Wir erreichen den Server gerade nicht. Es ist nichts passiert; prüfe deine Verbindung und versuche es noch einmal.',
}
const unreadable: Refusal = {
  code: 'internal',
  message: 'Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.',
}

const requestTimeoutMs = 30_000

/** Sends JSON and reads `{ error }` or the value; never throws. */
export async function callApi<Value>(url: string, init: RequestInit = {}): Promise<ApiAnswer<Value>> {
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(requestTimeoutMs) })
  } catch {
    return { ok: false, refusal: offline }
  }
  const body = (await response.json().catch(() => null)) as { error?: Refusal } | null
  if (response.ok && body) return { ok: true, value: body as Value }
  return { ok: false, refusal: body?.error ?? unreadable }
}

export const postJson = <Value>(url: string, value: unknown = {}): Promise<ApiAnswer<Value>> =>
  callApi<Value>(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(value),
  })
