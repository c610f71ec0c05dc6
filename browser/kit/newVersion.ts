import { callApi } from './callApi.ts'

/**
 * A tab that was left open over a deploy asks for files which are gone. Whoever misses one asks our server who it is: a
 * page of another build is loaded anew, once; what was typed is kept, because queues send and keep on `pagehide`.
 */
export type ServerNow =
  /** Nobody answers · it answers with an error of its own · with the build this page is of. */
  { kind: 'offline' | 'failing' | 'same' } | { kind: 'newer'; build: string }

/** Read at once: the page of an unexpected error has another `html` element. */
const pageBuild = typeof document === 'undefined' ? undefined : document.documentElement.dataset.build

const HEALTH = '/api/health'
const WAIT_MS = 8_000

export async function askServer(): Promise<ServerNow> {
  const answer = await callApi<{ build?: string }>(HEALTH, { cache: 'no-store', waitMs: WAIT_MS })
  if (!answer.ok) return { kind: answer.status === 0 ? 'offline' : 'failing' }
  const { build } = answer.value
  return build && build !== pageBuild ? { kind: 'newer', build } : { kind: 'same' }
}

const EVENT = 'werkstatt:fassung'

/** `calm`: somebody is watching or writing, so the page offers to load anew and does not do it by itself. */
export interface NewVersionNews {
  build: string
  calm: boolean
}

export const announceNewVersion = (news: NewVersionNews): void => {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: news }))
}

export function onNewVersion(listener: (news: NewVersionNews) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<NewVersionNews>).detail)
  window.addEventListener(EVENT, handler)
  return () => window.removeEventListener(EVENT, handler)
}

const RELOADED = 'werkstatt.fassung'

/** May this tab load itself anew for this build? Once; where nothing can be remembered never, or it would not end. */
export function mayReload(build: string): boolean {
  try {
    return sessionStorage.getItem(RELOADED) !== build
  } catch {
    return false
  }
}

export function reloadFor(build: string): void {
  try {
    sessionStorage.setItem(RELOADED, build)
  } catch {}
  window.location.reload()
}

const WISH = 'werkstatt.wunsch'

/** What was pressed before the page had to be loaded anew, to go on with it there. */
export function rememberWish(wish: string): void {
  try {
    sessionStorage.setItem(WISH, wish)
  } catch {}
}

/** Was this what had been pressed? Answers it once. */
export function takeWish(wish: string): boolean {
  try {
    const wished = sessionStorage.getItem(WISH) === wish
    if (wished) sessionStorage.removeItem(WISH)
    return wished
  } catch {
    return false
  }
}
