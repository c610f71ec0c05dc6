import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The static files of former builds. A tab that was left open over a deploy asks for them, so they stay for a day after
 * the build that dropped them. Their names carry their hash, so old and new never get in each other's way.
 */

export interface StaticFolders {
  /** What the server serves; a build empties it. */
  live: string
  /** Copies of everything that was ever served and is not yet a day gone. */
  aside: string
}

const DAY_MS = 86_400_000

/** Before a build: copies what is served now. A build that fails leaves the copies to the next one. */
export function setStaticAside({ live, aside }: StaticFolders): void {
  mkdirSync(aside, { recursive: true })
  if (existsSync(live)) cpSync(live, path.join(aside, 'files'), { recursive: true })
}

/** After a build: puts back what it dropped less than a day before `now` (milliseconds), and forgets the rest. */
export function bringStaticBack({ live, aside }: StaticFolders, now: number): void {
  const ledger = path.join(aside, 'goneSince.json')
  const known = readLedger(ledger)
  const goneSince: Record<string, number> = {}
  for (const file of filesIn(path.join(aside, 'files'))) {
    const [copy, served] = [path.join(aside, 'files', file), path.join(live, file)]
    if (existsSync(served)) continue
    const since = known[file] ?? now
    if (now - since >= DAY_MS) {
      rmSync(copy)
      continue
    }
    goneSince[file] = since
    cpSync(copy, served)
  }
  writeFileSync(ledger, JSON.stringify(goneSince))
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

function readLedger(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}
