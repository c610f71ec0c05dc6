import { announceNewVersion, askServer } from './newVersion.ts'

/**
 * `offline`: no answer · `newVersion`: our server has a newer build, the page tells so and reloads · `broken`: the
 * server answers, but the part cannot be loaded.
 */
export type PartTrouble = 'offline' | 'newVersion' | 'broken'

export class PartError extends Error {
  readonly trouble: PartTrouble
  constructor(trouble: PartTrouble, cause: unknown) {
    super(`a part of the page is missing: ${trouble}`, { cause })
    this.trouble = trouble
  }
}

/**
 * For every `import()` of our pages: `loadPart(() => import('./FilmStage.tsx'))`. `whenNewer` says what to do if our
 * server has a newer build: `reload` the page, because it cannot go on without the part, `offer` to reload, because it
 * can, or `nothing`. Throws `PartError`.
 */
export async function loadPart<Part>(
  load: () => Promise<Part>,
  whenNewer: 'reload' | 'offer' | 'nothing' = 'reload',
): Promise<Part> {
  try {
    return await load()
  } catch (error) {
    const server = await askServer()
    if (server.kind === 'offline') throw new PartError('offline', error)
    if (server.kind === 'newer') {
      if (whenNewer !== 'nothing') announceNewVersion({ build: server.build, calm: whenNewer === 'offer' })
      throw new PartError('newVersion', error)
    }
    // The connection may have failed only for a moment.
    return load().catch((again: unknown) => Promise.reject(new PartError('broken', again)))
  }
}

/** For parts that nobody asked for and nobody misses: null when they cannot be loaded; the next page tries again. */
export const loadQuietly = <Part>(load: () => Promise<Part>): Promise<Part | null> =>
  loadPart(load, 'nothing').catch(() => null)

/**
 * Whether an error that broke a page means that one of its files could not be loaded, by the wording of Next and
 * browsers.
 */
export const isMissingPart = (error: Error): boolean =>
  error.name === 'ChunkLoadError' ||
  /load(ing)? (css )?chunk|dynamically imported module|module script failed/i.test(error.message)
