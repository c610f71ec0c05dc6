import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, stop } from 'esbuild'
import { root } from '#tests/kit/processes.ts'
import type { Report } from './report.ts'

/** The templates are JSX, which node cannot run: they are bundled like the worker, then measured in this process. */
export async function measureLetters(report: Report): Promise<void> {
  const outfile = path.join(root, 'build', 'bench', 'letterCost.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['benchmarks/letterCost.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    external: ['pdfkit'],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __c}from'node:module';const require=__c(import.meta.url);" },
    logLevel: 'error',
  })
  await stop()
  const { measureLetterCost } = (await import(pathToFileURL(outfile).href)) as typeof import('./letterCost.ts')
  await measureLetterCost(report)
}
