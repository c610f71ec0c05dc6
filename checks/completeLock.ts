import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './sources.ts'

/**
 * Adds to package-lock.json an entry for every optional dependency that npm left out because its registry
 * did not serve that platform. Run after `npm install`; later installs keep the entries.
 */

interface LockEntry {
  version?: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const systems = [
  'linux',
  'darwin',
  'win32',
  'freebsd',
  'openbsd',
  'netbsd',
  'android',
  'sunos',
  'aix',
  'openharmony',
  'wasi',
]
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** The platform a package name speaks of: `@img/sharp-linuxmusl-x64` → linux, x64, musl. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = name
    .replace(/^@[^/]+\//, '')
    .replace('linuxmusl', 'linux-musl')
    .replace('windows', 'win32')
    .split(/[-_.]/)
  const os = words.filter((word) => systems.includes(word) && word !== 'wasi')
  const cpu = words
    .filter((word) => processors.includes(word) || /^(arm|ppc64|mips64)/.test(word))
    .map((word) => (/^armv/.test(word) ? 'arm' : word === 'ppc64le' ? 'ppc64' : word))
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? ['musl']
      : words.includes('gnu') || words.includes('gnueabihf')
        ? ['glibc']
        : []
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) }
}

const file = path.join(root, 'package-lock.json')
const lock: { packages: Record<string, LockEntry> } = JSON.parse(readFileSync(file, 'utf8'))
const missing: [string, LockEntry][] = []
for (const [where, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${where}/node_modules/${name}`]) continue
    if (!/^\d/.test(version)) continue
    missing.push([
      `node_modules/${name}`,
      { version, optional: true, ...(entry.dev && { dev: true }), ...platformOf(name) },
    ])
  }
}
for (const [where, entry] of missing) lock.packages[where] ??= entry
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(
  missing.length === 0 ? 'The lock file was complete.' : `Added ${missing.length} packages of other platforms.`,
)
