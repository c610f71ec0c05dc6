import { createHash } from 'node:crypto'
import { existsSync, ftruncateSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BuildOptions } from 'esbuild'
import { environmentNames } from '../config.ts'
import { tryLock } from './lock.ts'
import { StartError } from './sentence.ts'
import { root } from './settings.ts'
import type { Supervisor } from './supervisor.ts'

/** What ends up in a build. Not `content/` and `public/`: they are read when the program runs. */
const sources = ['app', 'components', 'db', 'domain', 'emails', 'emulators', 'libs', 'start', 'web', 'worker', 'cli']
const sourceKinds = /\.(ts|tsx|mjs|css|json|svg|woff2)$/
const stampFile = path.join(root, 'build', 'stamp')
const lockFile = path.join(root, 'build', 'lock.json')
const nextBuildId = path.join(root, '.next', 'BUILD_ID')

/** Bundled whole: from source, drizzle alone costs 254 MB and half a second on Node 24. */
const bundles: Record<string, string> = {
  worker: 'worker/main.ts',
  cli: 'cli/main.ts',
  emulators: 'emulators/start.ts',
  migrate: 'start/migrate.ts',
  doors: 'web/doors.ts',
}

/** Where a bundle lies. Development has its own, so that it never disturbs a production build. */
export const bundleFile = (name: keyof typeof bundles & string, dev: boolean) =>
  path.join(root, 'build', ...(dev ? ['dev'] : []), `${name}.mjs`)

/** The service worker is the one bundle that runs in a browser. Only production has it. */
const serviceWorkerFile = path.join(root, 'build', 'sw.js')

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

const allBundles = Object.keys(bundles)
/** Of `app/` only the doors' routes are bundled, so the other bundles need not be made anew for a changed page. */
const bundledFolders = (names: string[]) =>
  sources.filter((name) => name !== 'components' && (name !== 'app' || names.includes('doors')))

/** Some bundles alone, with a stamp of their own: the command line and the worker role need no pages. */
export async function ensureBundled(names: string[] = allBundles): Promise<void> {
  const stampOfThese = path.join(root, 'build', `${names.join('-')}.stamp`)
  const stamp = sourceStamp(bundledFolders(names))
  const complete = names.every((name) => existsSync(bundleFile(name, false)))
  if (complete && existsSync(stampOfThese) && readFileSync(stampOfThese, 'utf8') === stamp) return
  mkdirSync(path.dirname(stampOfThese), { recursive: true })
  rmSync(stampOfThese, { force: true })
  const { build: bundle, stop } = await import('esbuild')
  await bundle(bundleOptions(false, names)).catch(explain)
  await stop()
  writeFileSync(stampOfThese, stamp)
}

/** False as soon as a source changed, a build failed half way, or a bundle is missing. */
export function isBuilt(stamp = sourceStamp()): boolean {
  const parts = [nextBuildId, serviceWorkerFile, ...Object.keys(bundles).map((name) => bundleFile(name, false))]
  const complete = parts.every(existsSync)
  return complete && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

const bundleOptions = (dev: boolean, names = Object.keys(bundles)): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(names.map((name) => [name, bundles[name] ?? ''])),
  outdir: path.dirname(bundleFile('worker', dev)),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  // pdfkit reads files beside its own, and only the one who makes a document loads it.
  external: ['pg-native', 'esbuild', 'pdfkit'],
  sourcemap: true,
  banner: { js: "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);" },
  logLevel: 'silent',
})

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
    say('The sources are new, so they are built first. This takes about half a minute.')
    await build(supervisor, log)
  } finally {
    lock.release()
  }
}

/** Bundles, then Next's build, then the stamp. */
async function build(supervisor: Supervisor, log: { fd: number; file: string }): Promise<void> {
  const stamp = sourceStamp()
  rmSync(stampFile, { force: true })
  ftruncateSync(log.fd)
  await ensureBundled()
  await bundleServiceWorker()
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
  writeFileSync(stampFile, stamp)
}

async function bundleServiceWorker(): Promise<void> {
  const { build: bundle } = await import('esbuild')
  await bundle({
    absWorkingDir: root,
    entryPoints: ['web/serviceWorker.ts'],
    outfile: serviceWorkerFile,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    // Workbox looks at it to leave its messages for developers out.
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  }).catch(explain)
}

/** A setting that is present at build time would be frozen into the output; empty ones also keep `.env.local` out. */
const withoutSettings = (): Record<string, string | undefined> => ({
  ...process.env,
  ...Object.fromEntries(environmentNames.map((name) => [name, ''])),
})

/** Bundles for development; `changed` is called with the names of bundles whose code differs after a change. */
export async function watchBundles(changed: (names: string[]) => void, say: (line: string) => void): Promise<void> {
  const { context } = await import('esbuild')
  const known = new Map<string, string>()
  let first = true
  const watching = await context({
    ...bundleOptions(
      true,
      allBundles.filter((name) => name !== 'doors'),
    ),
    metafile: true,
    plugins: [
      {
        name: 'tell',
        setup(builder) {
          builder.onEnd((result) => {
            if (result.errors.length > 0) return say(`Not bundled: ${messageOf(result.errors[0])}`)
            const fresh = Object.keys(bundles).filter((name) => {
              const file = bundleFile(name, true)
              if (!existsSync(file)) return false
              const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
              const differs = known.get(name) !== hash
              known.set(name, hash)
              return differs
            })
            if (!first && fresh.length > 0) changed(fresh)
            first = false
          })
        },
      },
    ],
  })
  await watching.rebuild().catch(explain)
  await watching.watch()
}

interface EsbuildMessage {
  text: string
  location: { file: string; line: number } | null
}

const messageOf = (message: EsbuildMessage | undefined) =>
  `${message?.location ? `${message.location.file}:${message.location.line}: ` : ''}${message?.text ?? 'unknown reason'}`

function explain(error: unknown): never {
  const first = (error as { errors?: EsbuildMessage[] }).errors?.[0]
  if (!first) throw error
  throw new StartError(`The build failed: ${messageOf(first)}`)
}

const LINES = 20

/** The lines that name an error, else the last ones. */
function reasons(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const errors = lines.flatMap((line, at) => (/error|module not found/i.test(line) ? lines.slice(at, at + 3) : []))
  return (errors.length > 0 ? errors.slice(0, LINES) : lines.slice(-LINES)).join('\n')
}

/** The same bundles in a folder of their own, for tests that must not depend on a finished build. */
export async function bundleInto(folder: string): Promise<void> {
  const { build: bundle } = await import('esbuild')
  await bundle({ ...bundleOptions(false), outdir: folder }).catch(explain)
}
