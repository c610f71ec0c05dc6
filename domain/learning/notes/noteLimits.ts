/** What server and browser must agree on; apart from the rules, so that pages load no more than these figures. */

/** Longest note, in characters as JavaScript counts them. */
export const NOTE_LENGTH = 20_000
/** Longest name of a bookmark. */
export const BOOKMARK_LENGTH = 200
/** Two bookmarks of one lesson nearer than this are one. */
export const NEAR_MS = 2_000
/** Most changes, and most ticks, in one request. */
export const CHANGES_PER_REQUEST = 50
export const TICKS_PER_REQUEST = 200
