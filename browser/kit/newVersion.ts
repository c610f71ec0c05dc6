import { callApi } from './callApi.ts'

/**
 * A tab that was open during a deploy asks for files that are gone. When one is missing, the server is asked for its
 * build, and a page of another build reloads itself, once. Typed texts are not lost, because queues send and keep them
 * on `pagehide`.
 */

/** What our server says of its build. */
export type ServerNow =
  /** No answer · an error · the server has the build of this page. */
  { kind: 'offline' | 'failing' | 'same' } | { kind: 'newer'; build: string }

/** Read when this module loads, because the page of an unexpected error has another `html` element. */
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

/** `calm`: somebody is watching or writing, so the page only offers to reload. */
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

/**
 * Whether this tab may reload itself for this build: once, and never without storage, because it might not end then.
 */
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

/** Remembers what was pressed before the page had to reload, so that it can go on with it. */
export function rememberWish(wish: string): void {
  try {
    sessionStorage.setItem(WISH, wish)
  } catch {}
}

/** Whether this was pressed before the reload; true only once. */
export function takeWish(wish: string): boolean {
  try {
    const wished = sessionStorage.getItem(WISH) === wish
    if (wished) sessionStorage.removeItem(WISH)
    return wished
  } catch {
    return false
  }
}
