import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The committed test film: two qualities, a fragment every second, a keyframe every fourth. */
export interface Quality {
  name: string
  width: number
  height: number
  /** For the playlist's CODECS. */
  codecs: string
  init: Buffer
  /** Bytes from `fromSecond` up to `toSecond`. */
  slice(fromSecond: number, toSecond: number): Buffer
  /** Bits per second of the densest segment. */
  bandwidth: number
}

export interface Film {
  /** Seconds. */
  length: number
  qualities: Quality[]
  poster: Buffer
}

const segmentSeconds = 4
const sizes: Record<string, [number, number]> = { '360p': [640, 360], '240p': [426, 240] }

/** The folder of the film, from source as well as from a bundle somewhere below the project. */
function filmFolder(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'emulators', 'film')
    if (existsSync(path.join(candidate, '360p.m3u8'))) return candidate
    if (folder === path.dirname(folder)) throw new Error('The test film is missing: emulators/film/360p.m3u8.')
  }
}

function readQuality(folder: string, name: string): Quality & { seconds: number } {
  const playlist = readFileSync(path.join(folder, `${name}.m3u8`), 'utf8')
  const bytes = readFileSync(path.join(folder, `${name}.mp4`))
  const ranges = [...playlist.matchAll(/BYTERANGE[:=]"?(\d+)@(\d+)/g)].map((hit) => [Number(hit[2]), Number(hit[1])])
  const [head, ...fragments] = ranges as [[number, number], ...[number, number][]]
  const starts = [...fragments.map(([start]) => start), bytes.length]
  const init = bytes.subarray(0, head[1])
  const configuration = init.indexOf('avcC') + 4
  const profile = init.subarray(configuration + 1, configuration + 4).toString('hex')
  const slice = (from: number, to: number) => bytes.subarray(starts[from], starts[Math.min(to, fragments.length)])
  let densest = 0
  for (let second = 0; second < fragments.length; second += segmentSeconds)
    densest = Math.max(densest, slice(second, second + segmentSeconds).length)
  const [width, height] = sizes[name] ?? [0, 0]
  return {
    name,
    width,
    height,
    codecs: `avc1.${profile},mp4a.40.2`,
    init,
    slice,
    bandwidth: Math.ceil((densest * 8) / segmentSeconds),
    seconds: fragments.length,
  }
}

/** Reads the film once into memory (5.5 MB). */
export function readFilm(): Film {
  const folder = filmFolder()
  const qualities = Object.keys(sizes).map((name) => readQuality(folder, name))
  return {
    length: Math.min(...qualities.map((quality) => quality.seconds)),
    qualities,
    poster: readFileSync(path.join(folder, 'poster.jpg')),
  }
}

/** The list of qualities. Addresses are relative, so that the token in the path reaches every segment. */
export function masterPlaylist(film: Film, resolutions: string[]): string {
  const lines = film.qualities
    .filter((quality) => resolutions.includes(quality.name))
    .flatMap((quality) => [
      `#EXT-X-STREAM-INF:BANDWIDTH=${quality.bandwidth},RESOLUTION=${quality.width}x${quality.height},CODECS="${quality.codecs}"`,
      `${quality.name}/video.m3u8`,
    ])
  return ['#EXTM3U', '#EXT-X-VERSION:7', ...lines, ''].join('\n')
}

/** One quality, ending exactly at `length` seconds: the last segment holds the seconds that are left. */
export function mediaPlaylist(length: number): string {
  const lines: string[] = []
  for (let start = 0; start < length; start += segmentSeconds)
    lines.push(`#EXTINF:${Math.min(segmentSeconds, length - start).toFixed(3)},`, `video${start / segmentSeconds}.m4s`)
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${segmentSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MAP:URI="init.mp4"',
    ...lines,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}

/** Segment `index` of a film of `length` seconds; null past its end. */
export function segment(quality: Quality, length: number, index: number): Buffer | null {
  const start = index * segmentSeconds
  return start >= length ? null : quality.slice(start, Math.min(start + segmentSeconds, length))
}
