import { type Check, read, sourceFiles } from './sources.ts'

/** The wrapper itself, and the service worker, which stands between pages and network. */
const ownFetch = new Set(['browser/kit/callApi.ts', 'browser/offline/serviceWorker.ts'])

/**
 * Code that runs in pages must ask our server by `callApi` and load its parts by `loadPart`, which handle failures (no
 * network, a newer version) that a bare `fetch` or `import()` would not.
 */
export const browserCalls: Check = {
  name: 'pages fetch by callApi and import by loadPart',
  run() {
    const pages = sourceFiles(/^(components|browser)\/.*\.tsx?$/).filter((file) => !/\.test\.tsx?$/.test(file))
    return pages.flatMap((file) => {
      const source = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      const imports = [...source.matchAll(/(?<!typeof )(?<!load(?:Part|Quietly)\(\(\) => )\bimport\(/g)]
      const fetches = ownFetch.has(file) ? [] : [...source.matchAll(/(?<![.\w])fetch\(/g)]
      return [
        ...imports.map(() => `${file} imports without loadPart (browser/kit/loadPart.ts).`),
        ...fetches.map(() => `${file} fetches without callApi (browser/kit/callApi.ts).`),
      ]
    })
  },
}
