import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')

/** Every file git tracks or would track, relative to the root. */
export function sourceFiles(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => pattern.test(file) && existsSync(path.join(root, file)))
}

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** One check: answers the sentences a person must act on, none when all is well. */
export interface Check {
  name: string
  run(): string[]
}
