import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { claimPorts } from '../kit/ports.ts'
import { until } from '../kit/until.ts'

/**
 * Starts the product as a stranger would, by its own start command, on a fresh data folder, and says in the environment
 * where it is. Answers its end.
 */
export async function openWorkshop(): Promise<() => Promise<void>> {
  // The emulators take the three after it.
  const port = (await claimPorts(4))[0] ?? 0
  const dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-e2e-'))
  const env = {
    ...process.env,
    PORT: String(port),
    WERKSTATT_DATA_DIR: dataDir,
    NEXT_PUBLIC_SITE_URL: `http://127.0.0.1:${port}`,
    // The tests stand in for a proxy: each buyer has an address of their own, or the limits would take them for one.
    TRUSTED_PROXY_HOPS: '1',
  }
  const child = spawn(process.execPath, ['start/main.ts', '--ignore-env-file'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = env.NEXT_PUBLIC_SITE_URL
  await until(
    'the workshop to be ready',
    async () => {
      if (child.exitCode !== null) throw new Error(output)
      return (await fetch(`${url}/api/ready`)).ok
    },
    { withinMs: 120_000, everyMs: 200 },
  ).catch((error: Error) => {
    child.kill('SIGKILL')
    throw new Error(`${error.message}\n${output}`)
  })
  process.env.E2E_URL = url
  process.env.E2E_STRIPE = `http://127.0.0.1:${port + 1}`
  process.env.E2E_INBOX = `http://127.0.0.1:${port + 2}`
  process.env.E2E_BUNNY = `http://127.0.0.1:${port + 3}`
  process.env.E2E_DATA_DIR = dataDir
  return async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(dataDir, { recursive: true, force: true })
  }
}
