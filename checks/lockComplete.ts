import { type Check, read } from './sources.ts'

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

interface LockEntry {
  version?: string
  resolved?: string
  optionalDependencies?: Record<string, string>
}

/**
 * npm silently leaves out packages of foreign platforms when its registry does not serve them, and `npm ci`
 * then stops on that platform. `checks/completeLock.ts` adds the missing entries.
 */
export const lockComplete: Check = {
  name: 'the lock file is complete for every platform',
  run() {
    const packages: Record<string, LockEntry> = JSON.parse(read('package-lock.json')).packages
    const problems: string[] = []
    const manifest: Manifest = JSON.parse(read('package.json'))
    const pinned = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
    for (const [name, version] of Object.entries(pinned)) {
      const locked = packages[`node_modules/${name}`]?.version
      if (locked !== version)
        problems.push(
          `package.json pins ${name} ${version}, the lock file has ${locked ?? 'none'}. Run \`npm install\`.`,
        )
    }
    for (const [where, entry] of Object.entries(packages)) {
      if (entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/'))
        problems.push(`package-lock.json names a foreign registry at ${where}.`)
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        if (!packages[`node_modules/${name}`] && !packages[`${where}/node_modules/${name}`])
          problems.push(
            `package-lock.json lacks ${name} (optional of ${where || 'the project'}). Run \`node checks/completeLock.ts\`.`,
          )
      }
    }
    return problems
  },
}
