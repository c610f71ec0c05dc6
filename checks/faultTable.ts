import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Check, read, root, sourceFiles } from './sources.ts'

const document = 'docs/faults.md'
const row = /^\| *([\w.–-]+) *\|(.*)\|$/
/** A name may hold quotation marks of its own, so it ends where the line or the next citation does. */
const citation = /`((?:[\w.-]+\/)+[\w.-]+\.(?:test|spec)\.tsx?)`(?: „(.+?)“(?=<br>|\s*$))?/g

/** `row 27: …` in a test's name; the same number must cite it in the table. */
const rowTest = /(['"`])(row (\d+): .+?)\1/g

/**
 * Every row of the table of faults names its tests, each named test exists under exactly that name, and every test
 * named after a row is cited there.
 */
export const faultTable: Check = {
  name: 'every fault has its test',
  run() {
    const problems: string[] = []
    const seen = new Map<string, string>()
    for (const line of read(document).split('\n')) {
      const [, number = '', rest = ''] = row.exec(line) ?? []
      if (!/^\d/.test(number) && !/^[A-Z]\d/.test(number)) continue
      if (seen.has(number)) problems.push(`${document}: row ${number} is there twice.`)
      seen.set(number, rest)
      problems.push(...problemsOf(number, rest))
    }
    if (seen.size === 0) problems.push(`${document} has no rows.`)
    for (const file of sourceFiles(/^tests\/.*\.test\.ts$/))
      for (const [, , name = '', number = ''] of read(file).matchAll(rowTest))
        if (!seen.get(number)?.includes(`\`${file}\` „${name}“`))
          problems.push(`${document}: row ${number} does not cite ${file} „${name}“.`)
    return problems
  },
}

function problemsOf(number: string, rest: string): string[] {
  const cited = [...rest.matchAll(citation)]
  if (cited.length === 0) return [`${document}: row ${number} names no test.`]
  return cited.flatMap(([, file = '', name]) => {
    if (!existsSync(path.join(root, file))) return [`${document}: row ${number} cites ${file}, which does not exist.`]
    if (name === undefined) return [`${document}: row ${number} cites ${file} without a test’s name.`]
    // A name stands in the source as it is printed; in a table of cases with its %s.
    return isNamed(read(file), name) ? [] : [`${document}: row ${number}: ${file} has no test „${name}“.`]
  })
}

const isNamed = (source: string, name: string) =>
  ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`))
