/** Names shared by pages and service worker. This file must not import anything. */
export const SHELL_PATH = '/unterwegs'
export const PACK_PATH = '/api/offline'
/** Answers that are kept for times without a network. */
export const KEPT_ANSWERS = [PACK_PATH, '/api/notes', '/api/plan']

/** Names of all our caches begin so; a logout deletes all of them. */
export const CACHE_PREFIX = 'werkstatt-'
export const cacheNames = {
  shell: `${CACHE_PREFIX}shell`,
  files: `${CACHE_PREFIX}files`,
  answers: `${CACHE_PREFIX}answers`,
}

/**
 * Page → service worker. `keep`: fetch shell and answers now; answered by `kept`. `forget`: do not keep what is being
 * fetched at the moment.
 */
export type KeeperMessage = { kind: 'keep' } | { kind: 'forget' }
/** Service worker → page. */
export type KeeperNews = { kind: 'kept'; ok: boolean }
