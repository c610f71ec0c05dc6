/** What page and service worker call the same things. Nothing here may load anything. */
export const SHELL_PATH = '/unterwegs'
export const PACK_PATH = '/api/offline'
/** Answers that are worth having without a network, besides the pack. */
export const KEPT_ANSWERS = [PACK_PATH, '/api/notes', '/api/plan']

/** Everything we put into Cache Storage begins so: a logout takes all of it. */
export const CACHE_PREFIX = 'werkstatt-'
export const cacheNames = {
  shell: `${CACHE_PREFIX}shell`,
  files: `${CACHE_PREFIX}files`,
  answers: `${CACHE_PREFIX}answers`,
}

/**
 * Page → service worker. `keep`: fetch shell and answers now, answered by `kept` when done. `forget`: what is being
 * fetched is not kept any more.
 */
export type KeeperMessage = { kind: 'keep' } | { kind: 'forget' }
/** Service worker → page. */
export type KeeperNews = { kind: 'kept'; ok: boolean }
