import path from 'node:path'
import { type Check, read, sourceFiles } from './sources.ts'

/**
 * The layout as a list in import order (ARCHITECTURE.md): an import may only point down this list or stay on its line,
 * and no chain of files may close to a ring. `libs/`, `records/`, `emails/` and `paper/` know nothing of the domain but
 * its calendar.
 */
const layers: [name: string, match: RegExp][] = [
  ['checks and tests', /^(checks|tests|benchmarks)\//],
  ['start', /^start\//],
  ['emulators', /^emulators\//],
  ['web', /^web\//],
  ['proxy.ts', /^proxy\.ts$/],
  ['app', /^app\//],
  ['components', /^components\//],
  ['browser', /^browser\//],
  ['worker', /^worker\//],
  ['cli', /^cli\//],
  ['platform.ts', /^platform\.ts$/],
  ['paper', /^paper\/[^/]+$/],
  ['paper/sheets', /^paper\/sheets\//],
  ['paper/draw', /^paper\/draw\//],
  ['paper/type', /^paper\/type\//],
  ['emails', /^emails\//],
  ['records', /^records\//],
  ['libs', /^libs\//],
  ['config.ts', /^config\.ts$/],
  ['domain/privacy', /^domain\/privacy\//],
  ['domain/operator', /^domain\/operator\//],
  ['domain/sales', /^domain\/sales\//],
  ['domain/learning', /^domain\/learning\//],
  ['domain/video', /^domain\/video\//],
  ['domain/access', /^domain\/access\//],
  ['domain/mail', /^domain\/mail\//],
  ['domain/calendar', /^domain\/calendar\//],
  ['ports.ts', /^ports(\.ts$|\/)/],
  ['db/schema.ts', /^db\//],
  ['noteMarkdown.ts, naturalBatch.ts', /^(noteMarkdown|naturalBatch)\.ts$/],
  ['errors.ts', /^(errors|uuid)\.ts$/],
]

const alone = /^(next|postcss|vitest|playwright|drizzle)\.config\.|^[^/]+\.test\.ts$/
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

const layerOf = (file: string) => layers.findIndex(([, match]) => match.test(file))

function resolveImport(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier))
  if (!specifier.startsWith('#')) return null
  const bare = specifier.slice(1)
  return bare.includes('/') ? bare : `${bare}.ts`
}

/**
 * Imports that a domain file must not have: only domain files and pure modules are allowed. `node:url` is pure, and
 * knows IDNA.
 */
function domainTrespass(file: string, specifier: string): string | null {
  if (!file.startsWith('domain/') || file.endsWith('.test.ts')) return null
  const ours = /^(\.|#domain\/|#ports$|#errors$|#uuid$)/.test(specifier) || specifier.endsWith('naturalBatch.ts')
  const store = file.endsWith('/store.ts') && /^(drizzle-orm|#db\/schema\.ts)/.test(specifier)
  return ours || store || specifier === 'node:url' ? null : `${file} is domain and must not import ${specifier}.`
}

/** The domain's time is `ctx.clock`, its settings are `ctx.settings`. */
const worldTrespass = (file: string): string | null =>
  file.startsWith('domain/') && !file.endsWith('.test.ts') && /process\.env|Date\.now\(|new Date\(\)/.test(read(file))
    ? `${file} is domain and must not look at the clock or the environment.`
    : null

/** A folder's `store.ts` may only be imported by its own verbs. */
const storeTrespass = (file: string, target: string): string | null =>
  /^domain\/.*\/store\.ts$/.test(target) && !file.startsWith(`${target.split('/').slice(0, 2).join('/')}/`)
    ? `${file} reads ${target}: ask a verb of that folder.`
    : null

/** `browser/` must not import React; hooks belong into `components/`. */
const browserTrespass = (file: string, specifier: string): string | null =>
  file.startsWith('browser/') && /^(react|next)(-dom)?(\/|$)/.test(specifier)
    ? `${file} runs without React and must not import ${specifier}.`
    : null

const browserRoom = (file: string) => /^browser\/(\w+)\//.exec(file)?.[1]

/** A room of `browser/` knows itself and the kit. */
function roomTrespass(file: string, target: string): string | null {
  const [from, to] = [browserRoom(file), browserRoom(target)]
  return from && to && to !== from && to !== 'kit'
    ? `${file} reads ${target}: rooms of browser/ know only the kit.`
    : null
}

function importsOf(file: string): string[] {
  return [...read(file).matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function findRings(graph: Map<string, string[]>): string[] {
  const done = new Set<string>()
  const rings: string[] = []
  const visit = (file: string, trail: string[]) => {
    const seen = trail.indexOf(file)
    if (seen >= 0)
      return void rings.push(`These files import each other in a ring: ${[...trail.slice(seen), file].join(' → ')}.`)
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return rings
}

export const importOrder: Check = {
  name: 'imports point down',
  run() {
    const problems: string[] = []
    const graph = new Map<string, string[]>()
    for (const file of sourceFiles(/\.(ts|tsx)$/)) {
      if (alone.test(file) || file.endsWith('.d.ts')) continue
      const layer = layerOf(file)
      if (layer < 0) {
        problems.push(`${file} has no place in the layout. Move it, or add its layer to checks/importOrder.ts.`)
        continue
      }
      const targets: string[] = []
      const world = worldTrespass(file)
      if (world) problems.push(world)
      for (const specifier of importsOf(file)) {
        const trespass = domainTrespass(file, specifier) ?? browserTrespass(file, specifier)
        if (trespass) problems.push(trespass)
        const target = resolveImport(file, specifier)
        if (!target || !/\.(ts|tsx)$/.test(target)) continue
        targets.push(target)
        const readsStore = file.startsWith('tests/') ? null : storeTrespass(file, target)
        if (readsStore) problems.push(readsStore)
        const intrudes = roomTrespass(file, target)
        if (intrudes) problems.push(intrudes)
        const below = layerOf(target)
        const isTest = /\.test\.tsx?$/.test(file)
        if (below >= 0 && below < layer && !isTest)
          problems.push(
            `${file} (${layers[layer]?.[0]}) imports ${target} (${layers[below]?.[0]}), which lies above it.`,
          )
        if (!isTest && /^(libs|records|emails|paper)\//.test(file) && /^domain\/(?!calendar\/)/.test(target))
          problems.push(`${file} imports ${target}: libs, records, emails and paper do not know the domain.`)
      }
      graph.set(file, targets)
    }
    return [...problems, ...findRings(graph)]
  },
}
