import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './settings.ts'

/** What ends up in a build. Not `content/` and `public/`: they are read when the program runs. */
export const sources = [
  'app',
  'browser',
  'components',
  'db',
  'domain',
  'emails',
  'emulators',
  'libs',
  'paper',
  'ports',
  'records',
  'start',
  'web',
  'worker',
  'cli',
]
const sourceKinds = /\.(ts|tsx|mjs|css|json|svg|woff2)$/

/** Hash over every source file and the lock file; `folders` narrows it. */
export function sourceStamp(folders = sources): string {
  const hash = createHash('sha256').update(process.version)
  const files = readdirSync(root).filter((name) => sourceKinds.test(name) && name !== 'next-env.d.ts')
  for (const folder of folders) {
    const full = path.join(root, folder)
    if (!existsSync(full)) continue
    for (const entry of readdirSync(full, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && sourceKinds.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
        files.push(path.relative(root, path.join(entry.parentPath, entry.name)))
    }
  }
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  return hash.digest('hex')
}
