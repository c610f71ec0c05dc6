import { savesData } from '#browser/kit/savesData.ts'
import { CACHE_PREFIX, type KeeperMessage, type KeeperNews } from './offlineNames.ts'

/** The page's side of the service worker. Every function may be called in browsers without one. */

const KEPT_AT = 'unterwegs:'
/** After this time the kept lessons are fetched again: fresh enough for a train ride in the evening. */
const FRESH_MS = 6 * 3_600_000
const KEEP_PATIENCE_MS = 60_000

export const canKeep = (): boolean => 'serviceWorker' in navigator && 'caches' in window && window.isSecureContext

/** When this device last kept everything for this learner; null: never. */
export function keptAt(learnerId: string): number | null {
  try {
    return Number(localStorage.getItem(KEPT_AT + learnerId)) || null
  } catch {
    return null
  }
}

/** Ids of learners for whom this device keeps something. */
export function keptFor(): string[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEPT_AT))
    return keys.map((key) => key.slice(KEPT_AT.length))
  } catch {
    return []
  }
}

/** Registers the service worker and lets it keep what can be read without a network. False: it could not. */
export async function keepNow(learnerId: string): Promise<boolean> {
  if (!canKeep()) return false
  try {
    await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
    const worker = (await navigator.serviceWorker.ready).active
    if (!worker) return false
    const answered = new Promise<boolean>((resolve) => {
      const listen = (event: MessageEvent<KeeperNews>) => {
        if (event.data?.kind !== 'kept') return
        navigator.serviceWorker.removeEventListener('message', listen)
        resolve(event.data.ok)
      }
      navigator.serviceWorker.addEventListener('message', listen)
      setTimeout(() => resolve(false), KEEP_PATIENCE_MS)
    })
    navigator.serviceWorker.startMessages()
    worker.postMessage({ kind: 'keep' } satisfies KeeperMessage)
    const ok = await answered
    if (ok) localStorage.setItem(KEPT_AT + learnerId, String(Date.now()))
    return ok
  } catch {
    return false
  }
}

/** The same, unless it was done in the last hours or the browser is set to save data. */
export async function keepIfStale(learnerId: string): Promise<void> {
  const at = keptAt(learnerId)
  if (savesData() || (at && Date.now() - at < FRESH_MS)) return
  await keepNow(learnerId)
}

/** For a logout: removes everything of this person that can be read without a network. */
export async function forgetKept(): Promise<void> {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEPT_AT)) localStorage.removeItem(key)
    navigator.serviceWorker?.controller?.postMessage({ kind: 'forget' } satisfies KeeperMessage)
    const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX))
    await Promise.all(names.map((name) => caches.delete(name)))
  } catch {}
}
