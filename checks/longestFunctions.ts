import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { read, root } from './sources.ts'

const SHOWN = 10
const RULE = 'complexity/noExcessiveLinesPerFunction'

interface Finding {
  location: { path: string; start: { line: number }; end: { line: number } }
}

/**
 * For information, no limit: the longest functions outside of tests, as `lines name file:line`. A closure counts with
 * all that it holds.
 */
export function longestFunctions(): string[] {
  const { stdout } = spawnSync(
    path.join(root, 'node_modules/.bin/biome'),
    ['lint', `--only=${RULE}`, '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
  )
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Finding[] }
  return diagnostics
    .map(({ location: { path: file, start, end } }) => ({ file, at: start.line, lines: end.line - start.line + 1 }))
    .filter(({ file }) => !/^(tests|benchmarks)\/|\.test\.tsx?$/.test(file))
    .sort((a, b) => b.lines - a.lines)
    .slice(0, SHOWN)
    .map(({ file, at, lines }) => `${lines} ${nameIn(file, at)} ${file}:${at}`)
}

const nameIn = (file: string, line: number): string =>
  /(?:function|const)\s+(\w+)/.exec(read(file).split('\n')[line - 1] ?? '')?.[1] ?? '(unnamed)'
