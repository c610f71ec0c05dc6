import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { BuildOptions } from 'esbuild'
import { asciiOnly } from './ascii.ts'
import { StartError } from './sentence.ts'
import { root } from './settings.ts'
import { sourceStamp, sources } from './sourceStamp.ts'
import { webEntry, writeWebEntry } from './webBundle.ts'

/** The programs that are bundled: from source, drizzle alone costs 254 MB and half a second on Node 24. */
const bundles: Record<string, string> = {
  worker: 'worker/main.ts',
  cli: 'cli/main.ts',
  paper: 'paper/thread.ts',
  emulators: 'emulators/start.ts',
  migrate: 'start/migrate.ts',
  web: webEntry,
  // The web's own process. From source, node would keep the 19 MB with which it strips types.
  server: 'web/main.ts',
}
export const bundleNames = Object.keys(bundles)

/** Where a bundle lies. Development has its own, so that it never disturbs a production build. */
export const bundleFile = (name: keyof typeof bundles & string, dev: boolean) =>
  path.join(root, 'build', ...(dev ? ['dev'] : []), `${name}.mjs`)

/** The service worker is the one bundle that runs in a browser. Only production has it. */
export const serviceWorkerFile = path.join(root, 'build', 'sw.js')

/** Folders that these bundles are made of. Only the web contains `app/`; other bundles stay when a page changes. */
const bundledFolders = (names: string[]) =>
  sources.filter((name) => !['browser', 'components'].includes(name) && (name !== 'app' || names.includes('web')))

/** Some bundles alone, with a stamp of their own: the command line and the worker role need no pages. */
export async function ensureBundled(names: string[] = bundleNames): Promise<void> {
  const stampOfThese = path.join(root, 'build', `${names.join('-')}.stamp`)
  const stamp = sourceStamp(bundledFolders(names))
  const complete = names.every((name) => existsSync(bundleFile(name, false)))
  if (complete && existsSync(stampOfThese) && readFileSync(stampOfThese, 'utf8') === stamp) return
  mkdirSync(path.dirname(stampOfThese), { recursive: true })
  rmSync(stampOfThese, { force: true })
  await bundle(path.dirname(bundleFile('worker', false)), names)
  writeFileSync(stampOfThese, stamp)
}

/** The same bundles in a folder of their own, for tests that must not depend on a finished build. */
export const bundleInto = (folder: string): Promise<void> =>
  bundle(
    folder,
    bundleNames.filter((name) => name !== 'web' && name !== 'server'),
  )

async function bundle(folder: string, names: string[]): Promise<void> {
  if (names.includes('web')) await writeWebEntry().catch(explain)
  const { build, stop } = await import('esbuild')
  await build({ ...bundleOptions(false, names), outdir: folder }).catch(explain)
  await stop()
  for (const name of names) asciiOnly(path.join(folder, `${name}.mjs`))
}

const bundleOptions = (dev: boolean, names = bundleNames): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(names.map((name) => [name, bundles[name] ?? ''])),
  outdir: path.dirname(bundleFile('worker', dev)),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  // Styles reach the browser by Next's build.
  loader: { '.css': 'empty' },
  // pdfkit reads files beside its own, and Next is built of many; only the paper thread and the server load them.
  external: ['pg-native', 'esbuild', 'pdfkit', 'next'],
  sourcemap: true,
  // V8 keeps the text as long as the process lives. Names are not shortened, so that stack traces in logs stay
  // readable.
  minifyWhitespace: !dev,
  minifySyntax: !dev,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
  banner: { js: "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);" },
  logLevel: 'silent',
})

export async function bundleServiceWorker(): Promise<void> {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: ['browser/offline/serviceWorker.ts'],
    outfile: serviceWorkerFile,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    // With this, Workbox leaves out its messages for developers.
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  }).catch(explain)
}

/** Bundles for development; `changed` is called with the names of bundles whose code differs after a change. */
export async function watchBundles(changed: (names: string[]) => void, say: (line: string) => void): Promise<void> {
  const { context } = await import('esbuild')
  const known = new Map<string, string>()
  let first = true
  await writeWebEntry().catch(explain)
  const watching = await context({
    ...bundleOptions(true),
    metafile: true,
    plugins: [
      {
        name: 'tell',
        setup(builder) {
          // Verbs and routes may have been added or removed: the stand-ins are written anew.
          builder.onStart(() => writeWebEntry().catch(() => {}))
          builder.onEnd((result) => {
            if (result.errors.length > 0) return say(`Not bundled: ${messageOf(result.errors[0])}`)
            const fresh = bundleNames.filter((name) => {
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
