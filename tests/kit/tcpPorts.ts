import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isFree } from '#start/tcpPorts.ts'

/**
 * Below the ports that systems choose by themselves (Linux from 32,768, others from 49,152), and none that a browser
 * refuses. A port chosen by the system and given back could be taken before our process listens there.
 */
const FIRST = 20_000
const COUNT = 10_000

const folder = path.join(tmpdir(), 'werkstatt-ports')
const claimed = new Set<string>()
process.once('exit', () => {
  for (const file of claimed) rmSync(file, { force: true })
})

/** `count` TCP ports in a row that are this process's until it ends, whoever else runs tests beside it. */
export async function claimTcpPorts(count: number): Promise<number[]> {
  mkdirSync(folder, { recursive: true })
  for (let attempt = 0; attempt < 500; attempt++) {
    const first = FIRST + Math.floor(Math.random() * (COUNT - count))
    const numbers = Array.from({ length: count }, (_, step) => first + step)
    const files = numbers.map((port) => path.join(folder, String(port)))
    const mine = files.filter(claim)
    if (mine.length === count && (await Promise.all(numbers.map(isFree))).every(Boolean)) return numbers
    for (const file of mine) release(file)
  }
  throw new Error(`No ${count} free ports in a row from ${FIRST} on. Claims of running tests are in ${folder}.`)
}

export const claimTcpPort = async (): Promise<number> => (await claimTcpPorts(1))[0] ?? 0

/** True when the file is ours now; a claim whose process has ended does not count. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!claimed.has(file) && isStale(file)) rmSync(file, { force: true })
    return false
  }
  claimed.add(file)
  return true
}

function release(file: string): void {
  claimed.delete(file)
  rmSync(file, { force: true })
}

function isStale(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // Empty for the instant between its making and its writing.
    return pid > 0 && !isAlive(pid)
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
