import { existsSync, ftruncateSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentNames } from '../config.ts'
import { asciiOnlyBelow } from './ascii.ts'
import { bundleFile, bundleNames, bundleServiceWorker, ensureBundled, serviceWorkerFile } from './bundles.ts'
import { bringStaticBack, setStaticAside } from './formerStatic.ts'
import { tryLock } from './lock.ts'
import { followBuild } from './progress.ts'
import { StartError } from './sentence.ts'
import { root } from './settings.ts'
import { sourceStamp } from './sourceStamp.ts'
import type { Supervisor } from './supervisor.ts'

const stampFile = path.join(root, 'build', 'stamp')
const lockFile = path.join(root, 'build', 'lock.json')
const nextBuildId = path.join(root, '.next', 'BUILD_ID')
const staticFolders = { live: path.join(root, '.next', 'static'), aside: path.join(root, 'build', 'former') }

/** False as soon as a source changed, a build failed half way, or a bundle is missing. */
export function isBuilt(stamp = sourceStamp()): boolean {
  const parts = [nextBuildId, serviceWorkerFile, ...bundleNames.map((name) => bundleFile(name, false))]
  const complete = parts.every(existsSync)
  return complete && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

const WAIT_MS = 300

/**
 * Makes sure that the build is one of exactly these sources. Of several starters one builds, the others wait
 * for it. Throws `StartError` with the reason of a failure.
 */
export async function ensureBuilt(
  supervisor: Supervisor,
  log: { fd: number; file: string },
  say: (line: string) => void,
): Promise<void> {
  if (isBuilt()) return
  mkdirSync(path.dirname(stampFile), { recursive: true })
  let lock = tryLock(lockFile)
  if (!lock) say('Another process builds these sources; waiting for it.')
  while (!lock) {
    await sleep(WAIT_MS)
    lock = tryLock(lockFile)
  }
  try {
    if (isBuilt()) return
    say('The sources are new, so they are built first. On two quiet cores that takes less than a minute.')
    await build(supervisor, log, say)
  } finally {
    lock.release()
  }
}

/** Bundles, then Next's build, then the stamp. */
async function build(
  supervisor: Supervisor,
  log: { fd: number; file: string },
  say: (line: string) => void,
): Promise<void> {
  const stamp = sourceStamp()
  rmSync(stampFile, { force: true })
  ftruncateSync(log.fd)
  const progress = followBuild(log.file, say)
  try {
    await ensureBundled()
    await bundleServiceWorker()
    progress.step('server, worker and command line are bundled')
    setStaticAside(staticFolders)
    await buildPages(supervisor, log)
    bringStaticBack(staticFolders, Date.now())
    asciiOnlyBelow(path.join(root, '.next', 'server'))
    writeFileSync(stampFile, stamp)
    progress.step('built')
  } finally {
    progress.end()
  }
}

async function buildPages(supervisor: Supervisor, log: { fd: number; file: string }): Promise<void> {
  const { ok, how } = await supervisor.once({
    name: 'build',
    launch: () => ({
      file: process.execPath,
      args: [
        '--import',
        path.join(root, 'start', 'dieWithParent.mjs'),
        path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next'),
        'build',
      ],
      env: { ...withoutSettings(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      output: log.fd,
    }),
    stopSignal: 'SIGTERM',
    stopMs: 3_000,
  })
  if (!ok || !existsSync(nextBuildId))
    throw new StartError(`The build failed (${how}). All of it is in ${log.file}; the errors:\n${reasons(log.file)}`)
}

/** The environment with all settings empty: a setting present at build time would become part of the output. */
const withoutSettings = (): Record<string, string | undefined> => ({
  ...process.env,
  ...Object.fromEntries(environmentNames.map((name) => [name, ''])),
})

const LINES = 20

/** The lines that name an error, else the last ones. */
function reasons(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const errors = lines.flatMap((line, at) => (/error|module not found/i.test(line) ? lines.slice(at, at + 3) : []))
  return (errors.length > 0 ? errors.slice(0, LINES) : lines.slice(-LINES)).join('\n')
}
