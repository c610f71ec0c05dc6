import { type Check, read, sourceFiles } from './sources.ts'

const WIDEST = 120

/** Where a comment begins: at the start of a line, or behind code and a space; `https://` in a text begins none. */
const begins = /(^|[\s{])(\/\/|\/\*)/

/** Numbers of the lines with a comment that is too wide, counted from 1. */
export function wideComments(source: string): number[] {
  const wide: number[] = []
  let isBlock = false
  source.split('\n').forEach((line, index) => {
    if (line.length > WIDEST && (isBlock || begins.test(line))) wide.push(index + 1)
    if (isBlock || /^\s*\{?\/\*/.test(line)) isBlock = !line.includes('*/')
  })
  return wide
}

/** The formatter keeps code within 120 characters a line, and leaves comments alone. */
export const commentLines: Check = {
  name: 'comments keep to 120 characters a line',
  run() {
    return sourceFiles(/\.(tsx?|mjs|css)$/).flatMap((file) =>
      wideComments(read(file)).map((line) => `${file}:${line}: this comment has more than ${WIDEST} characters.`),
    )
  },
}
