import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Reporter as BrowserReporter, TestCase, TestResult } from '@playwright/test/reporter'
import type { Reporter, TestModule } from 'vitest/node'
import { root } from './processes.ts'

/**
 * How long each test file of a run took, over all suites: `tests/run.ts` names a book in TEST_TIMES and gives vitest
 * and Playwright the reporter below, which writes into it.
 */

export interface FileTime {
  /** From the root of the repository. */
  file: string
  ms: number
}

function note(file: string, ms: number): void {
  const book = process.env.TEST_TIMES
  if (book) appendFileSync(book, `${JSON.stringify({ file: path.relative(root, file), ms: Math.round(ms) })}\n`)
}

/** The files noted in `book` that took longest, longest first. A file's times add up: its tests, tries and projects. */
export function slowest(book: string, count: number): FileTime[] {
  if (!existsSync(book)) return []
  const times = new Map<string, number>()
  for (const line of readFileSync(book, 'utf8').split('\n').filter(Boolean)) {
    const { file, ms } = JSON.parse(line) as FileTime
    times.set(file, (times.get(file) ?? 0) + ms)
  }
  return [...times]
    .map(([file, ms]) => ({ file, ms }))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, count)
}

/**
 * A reporter for vitest (imports, hooks and tests of a file) and for Playwright (each test with its hooks, and with its
 * second try).
 */
export default class FileTimes implements Reporter, BrowserReporter {
  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, setupDuration, duration } = module.diagnostic()
    note(module.moduleId, collectDuration + setupDuration + duration)
  }
  onTestEnd(test: TestCase, result: TestResult): void {
    note(test.location.file, result.duration)
  }
  printsToStdio(): boolean {
    return false
  }
}
