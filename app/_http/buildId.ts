import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Names the build this process serves. Read when it begins: a later build in the same folder is not its own. */
export const buildId: string = read()

function read(): string {
  try {
    return readFileSync(path.join(process.cwd(), '.next', 'BUILD_ID'), 'utf8').trim()
  } catch {
    return 'none'
  }
}
