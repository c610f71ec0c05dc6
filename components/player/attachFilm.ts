import type { FilmOptions, FilmSource } from './filmSource.ts'

/** Connects film and element, keeps the signature fresh, and heals what can be healed. */
export async function attachFilm(video: HTMLVideoElement, options: FilmOptions): Promise<FilmSource> {
  const { default: Player } = await import('hls.js/light')
  if (Player.isSupported()) return (await import('./hlsFilm.ts')).attachHls(Player, video, options)
  return (await import('./nativeFilm.ts')).attachNative(video, options)
}
