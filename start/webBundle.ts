import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './settings.ts'

/**
 * Our server and Next's pages run in one process, and Next would compile every verb into the pages a second time. So a
 * page's import of the domain leads to a stand-in (the condition `react-server` in package.json's `imports`), which
 * hands on what `build/web.mjs` has loaded once (docs/decisions/oneCopy.md).
 */

const standIns = path.join(root, 'build', 'pages')

/** The entry of the web's bundle: our server, every `route.ts`, and every module that a page may ask for. */
export const webEntry = path.join('build', 'webEntry.ts')

const filesBelow = (folder: string, wanted: (name: string) => boolean) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => wanted(path.basename(name)))
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
    .sort()

/** Every module that a page may import by a stand-in, from the project's root. */
const pageModules = () => [
  'platform.ts',
  ...filesBelow('domain', (name) => name.endsWith('.ts') && !name.endsWith('.test.ts')),
  // What pages show to one person as html, drawn with react-dom, which Next keeps from its server components.
  ...filesBelow('app/_parts', (name) => /^[a-z].*\.tsx$/.test(name)),
]

/** Writes entry and stand-ins. Files that are right already stay untouched, so that they cause no new build. */
export async function writeWebEntry(): Promise<void> {
  const modules = pageModules()
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: modules,
    outdir: 'unused',
    outbase: '.',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const texts = new Map([[path.join(root, webEntry), entryText(filesBelow('app', isRoute), modules)]])
  for (const { entryPoint = '', exports } of Object.values(metafile.outputs))
    texts.set(path.join(standIns, entryPoint), standInText(entryPoint, exports))
  for (const [file, text] of texts) writeIfNew(file, text)
  removeOthers(texts)
}

const isRoute = (name: string) => name === 'route.ts'

const entryText = (routes: string[], modules: string[]) =>
  [
    "export * from '../web/site.ts'",
    ...routes.map((name, at) => `import * as route${at} from '../${name}'`),
    ...modules.map((name, at) => `import * as module${at} from '../${name}'`),
    'export const routes = {',
    ...routes.map((name, at) => `  '${path.posix.dirname(name).slice('app/'.length)}': route${at},`),
    '}',
    'export const pageModules = {',
    ...modules.map((name, at) => `  '${name}': module${at},`),
    '}',
    '',
  ].join('\n')

/** The text of a stand-in. While Next builds, nothing is loaded yet, and nothing is called. */
const standInText = (name: string, exports: string[]) =>
  [
    `const own = (globalThis as any).werkstattModules?.['${name}'] ?? {}`,
    ...exports.map((one) => `export const ${one} = own.${one}`),
    '',
  ].join('\n')

function writeIfNew(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) return
  } catch {
    mkdirSync(path.dirname(file), { recursive: true })
  }
  writeFileSync(file, text)
}

function removeOthers(texts: Map<string, string>): void {
  for (const entry of readdirSync(standIns, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile() && !texts.has(file)) rmSync(file)
  }
}
