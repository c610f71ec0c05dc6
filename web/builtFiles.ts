import { createReadStream, existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * Scripts and styles of the build while another build runs: it empties the folder they are served from, and Next
 * answers 500 for a file that it knew. Then the copies are served that `start/formerStatic.ts` keeps.
 */

const PREFIX = '/_next/static/'
const live = path.join(process.cwd(), '.next', 'static')
const aside = path.join(process.cwd(), 'build', 'former', 'files')

const types: Record<string, string> = {
  '.js': 'application/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

/**
 * `served`: Next has the file, or it is no file of a build. `nowhere`: there is no copy either. Else the path of the
 * copy.
 */
export function findBuiltFile(address: string): 'served' | 'nowhere' | { copy: string } {
  if (!address.startsWith(PREFIX)) return 'served'
  const name = decodeURIComponent(address.slice(PREFIX.length))
  if (isFileIn(live, name)) return 'served'
  return isFileIn(aside, name) ? { copy: path.join(aside, name) } : 'nowhere'
}

const isFileIn = (folder: string, name: string) => {
  const file = path.join(folder, name)
  return file.startsWith(folder + path.sep) && path.extname(file) !== '' && existsSync(file)
}

/** Sends a copy; its name contains its hash, so browsers may keep it for ever. */
export async function sendCopy(copy: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', types[path.extname(copy)] ?? 'application/octet-stream')
  response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  if (request.method === 'HEAD') return void response.end()
  await pipeline(createReadStream(copy), response).catch(() => response.destroy())
}
