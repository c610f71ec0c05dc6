import { announceNewVersion, askServer } from './newVersion.ts'

/**
 * `offline`: nobody answers · `newVersion`: the page says so and loads anew · `broken`: it is there and cannot be had.
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
 * Every `import()` of our pages: `loadPart(() => import('./FilmStage.tsx'))`. Throws `PartError`. `whenNewer`:
 * `reload`, because the page cannot go on without it; `offer`, because it can; `nothing` for what nobody asked for.
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
    // The line may have broken for a moment only.
    return load().catch((again: unknown) => Promise.reject(new PartError('broken', again)))
  }
}

/** For what nobody asked for and nobody misses: the next page tries again. */
export const loadQuietly = <Part>(load: () => Promise<Part>): Promise<Part | null> =>
  loadPart(load, 'nothing').catch(() => null)

/** Does an error that broke a page mean that a file of it could not be had? As Next and the browsers word it. */
export const isMissingPart = (error: Error): boolean =>
  error.name === 'ChunkLoadError' ||
  /load(ing)? (css )?chunk|dynamically imported module|module script failed/i.test(error.message)
