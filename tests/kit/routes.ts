import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './processes.ts'

export interface RouteFact {
  /** The path with example ids. */
  path: string
  methods: string[]
}

const examples: Record<string, string> = {
  '[id]': 'unbekannt',
  '[guid]': '00000000-0000-4000-8000-000000000000',
  '[sessionId]': 'cs_test_unbekannt',
  '[cause]': 'unbekannt',
  '[number]': 'unbekannt',
}

/**
 * Every route under `app/api` with the methods it exports, read from the tree: a new route is in every table at once.
 * `known` has ids that exist, by the folder above them: `{ orders: 'cs_…' }`.
 */
export function apiRoutes(known: Record<string, string> = {}): RouteFact[] {
  const folder = path.join(root, 'app/api')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'route.ts' && !file.includes('[...'))
    .map((file) => ({
      path: `/api/${path.dirname(file).replace(/(\w+)\/(\[\w+\])/g, (_, above, name) => `${above}/${known[above] ?? examples[name] ?? name}`)}`,
      methods: [...readFileSync(path.join(folder, file), 'utf8').matchAll(/export const ([A-Z]+) =/g)].map(
        ([, method]) => method ?? '',
      ),
    }))
    .sort((a, b) => a.path.localeCompare(b.path))
}
