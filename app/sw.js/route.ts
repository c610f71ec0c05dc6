import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** The service worker, bundled by the build. Never cached, so that browsers find a new one when they ask for it. */
export async function GET(): Promise<Response> {
  const headers = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' }
  // None in development: it would cache files that change.
  if (process.env.NODE_ENV === 'development') return new Response(null, { status: 404 })
  const source = await readFile(path.join(process.cwd(), 'build', 'sw.js'), 'utf8').catch(() => null)
  return source === null ? new Response(null, { status: 404 }) : new Response(source, { headers })
}
