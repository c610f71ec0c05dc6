import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, test } from 'vitest'
import { root } from '../kit/processes.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
type Doors = { doorFor(method: string, path: string): unknown }
const bundle = () => import(pathToFileURL(path.join(inject('bundles'), 'doors.mjs')).href) as Promise<Doors>

/** Every `route.ts` below `app/api` without a parameter in its path, as the URL it answers. */
const routes = readdirSync(path.join(root, 'app', 'api'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('route.ts') && !file.includes('['))
  .map((file) => ({ url: `/api/${path.dirname(file)}`, file: path.join(root, 'app', 'api', file) }))

test('a busy door takes all methods of its route or none', async () => {
  const { doorFor } = await bundle()
  const busy = routes.filter(({ url }) => methods.some((method) => doorFor(method, url)))
  expect(busy.map(({ url }) => url)).toContain('/api/webhook/stripe')
  for (const { url, file } of busy) {
    const route = (await import(file)) as Record<string, unknown>
    const answered = methods.filter((method) => doorFor(method, url))
    expect({ url, answered }).toEqual({ url, answered: methods.filter((method) => method in route) })
  }
})

test('any other spelling is left to Next', async () => {
  const { doorFor } = await bundle()
  for (const url of ['/api/progress/', '/API/progress', '/api/progress?x', '/api//progress', '__proto__', ''])
    expect(doorFor('POST', url)).toBeNull()
  expect(doorFor('constructor', '/api/progress')).toBeNull()
})
