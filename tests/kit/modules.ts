import { inspect } from './heap.ts'
import type { TestProcess } from './processes.ts'

/** Addresses of every script that the main thread of a process has loaded, bundles and libraries alike. */
export async function scriptsOf(part: Pick<TestProcess, 'pid' | 'output'>): Promise<string[]> {
  const scripts: string[] = []
  const inspector = await inspect(part, (method, params) => {
    if (method === 'Debugger.scriptParsed') scripts.push((params as { url: string }).url)
  })
  try {
    await inspector.send('Debugger.enable')
    return scripts
  } finally {
    inspector.close()
  }
}
