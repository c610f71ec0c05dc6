import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Id of the build that this process serves. Read at its start, because a later build may replace the file. */
export const buildId: string = read()

function read(): string {
  try {
    return readFileSync(path.join(process.cwd(), '.next', 'BUILD_ID'), 'utf8').trim()
  } catch {
    return 'none'
  }
}
