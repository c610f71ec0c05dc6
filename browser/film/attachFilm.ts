import { loadPart } from '#browser/kit/loadPart.ts'
import type { FilmOptions, FilmSource } from './filmSource.ts'

/** Connects film and element, keeps the signature fresh, and recovers from failures. Throws `PartError`. */
export async function attachFilm(video: HTMLVideoElement, options: FilmOptions): Promise<FilmSource> {
  const { default: Player } = await loadPart(() => import('hls.js/light'))
  if (Player.isSupported()) return (await loadPart(() => import('./hlsFilm.ts'))).attachHls(Player, video, options)
  return (await loadPart(() => import('./nativeFilm.ts'))).attachNative(video, options)
}
