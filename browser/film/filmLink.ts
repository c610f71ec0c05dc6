/**
 * Connects the film with other parts of a lesson page that have no common parent: transcript, notes and chapters hear
 * where the film is and ask it to go elsewhere. Nothing here loads the player.
 */

/** Where a film is. */
export interface FilmMoment {
  lessonId: string
  /** Second of the film. */
  second: number
  playing: boolean
}

export interface SeekWish {
  second: number
  /** True: play from there, even if the film was never started. */
  play: boolean
}

const MOMENT = 'werkstatt:film'
const SEEK = 'werkstatt:seek'
let newest: FilmMoment | null = null

/** Called by the player with its place: at every `timeupdate`, after a seek, and when it starts or stops. */
export function announceMoment(moment: FilmMoment): void {
  newest = moment
  window.dispatchEvent(new CustomEvent(MOMENT, { detail: moment }))
}

/** The present place of this lesson's film; null before the first play. */
export const filmMoment = (lessonId: string): FilmMoment | null => (newest?.lessonId === lessonId ? newest : null)

export function onFilmMoment(listener: (moment: FilmMoment) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<FilmMoment>).detail)
  window.addEventListener(MOMENT, handler)
  return () => window.removeEventListener(MOMENT, handler)
}

/** Asks the page's film to go to a second. */
export const askSeek = (wish: SeekWish): void => {
  window.dispatchEvent(new CustomEvent(SEEK, { detail: wish }))
}

export function onSeekAsked(listener: (wish: SeekWish) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<SeekWish>).detail)
  window.addEventListener(SEEK, handler)
  return () => window.removeEventListener(SEEK, handler)
}

/** A second of one lesson's film that somebody wants to keep. */
export interface FilmPlace {
  lessonId: string
  second: number
}

/** Key `b`: the notes of the page keep this second as a bookmark. */
const BOOKMARK = 'werkstatt:bookmark'
/** Key `n`: the notes of the page open their field at this second and take the focus. */
const NOTE = 'werkstatt:note'

export const askBookmark = (place: FilmPlace): void => {
  window.dispatchEvent(new CustomEvent(BOOKMARK, { detail: place }))
}

export const askNote = (place: FilmPlace): void => {
  window.dispatchEvent(new CustomEvent(NOTE, { detail: place }))
}

export const onBookmarkAsked = (listener: (place: FilmPlace) => void): (() => void) => onPlace(BOOKMARK, listener)
export const onNoteAsked = (listener: (place: FilmPlace) => void): (() => void) => onPlace(NOTE, listener)

function onPlace(name: string, listener: (place: FilmPlace) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<FilmPlace>).detail)
  window.addEventListener(name, handler)
  return () => window.removeEventListener(name, handler)
}
