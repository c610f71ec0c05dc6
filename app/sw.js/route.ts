import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** The service worker, bundled by the build. Asked for anew by the browser on its own, so it must never be kept. */
export async function GET(): Promise<Response> {
  const headers = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' }
  // In development there is none: it would keep files that change.
  if (process.env.NODE_ENV === 'development') return new Response(null, { status: 404 })
  const source = await readFile(path.join(process.cwd(), 'build', 'sw.js'), 'utf8').catch(() => null)
  return source === null ? new Response(null, { status: 404 }) : new Response(source, { headers })
}
