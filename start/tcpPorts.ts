import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from './sentence.ts'

/** After this time the processes of a crashed supervisor have ended. */
const LEFTOVER_MS = 12_000

export interface TcpPortUse {
  port: number
  purpose: string
}

type Verdict = 'free' | 'busy' | 'forbidden'

const tryListen = (port: number, host: string): Promise<Verdict> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has no ::1 to be busy.
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve('free')
      else resolve(error.code === 'EACCES' ? 'forbidden' : 'busy')
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')))
  })

const loopbacks = ['127.0.0.1', 'localhost', '::1']
const everywhere = ['0.0.0.0', '::']

/** An address at which a server that listens on `host` answers this machine, as it stands in a URL. */
export function ownAddress(host: string): string {
  if (host === '::') return '[::1]'
  if (host === '0.0.0.0') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Checks both loopback addresses: browsers try ::1 first for `localhost`, where another program might answer. */
async function verdictOf(port: number, host: string): Promise<Verdict> {
  const hosts = loopbacks.includes(host) ? ['127.0.0.1', '::1'] : everywhere.includes(host) ? everywhere : [host]
  for (const one of hosts) {
    const verdict = await tryListen(port, one)
    if (verdict !== 'free') return verdict
  }
  return 'free'
}

/** Whether a server on the loopback can have this port now. */
export const isFree = async (port: number): Promise<boolean> => (await verdictOf(port, '127.0.0.1')) === 'free'

/** Throws a `StartError` that names the first port which cannot be had. `patient` waits for a crashed predecessor. */
export async function demandTcpPorts(uses: TcpPortUse[], options: { host: string; patient: boolean }): Promise<void> {
  const deadline = Date.now() + (options.patient ? LEFTOVER_MS : 0)
  for (const { port, purpose } of uses) {
    let verdict = await verdictOf(port, options.host)
    while (verdict === 'busy' && Date.now() < deadline) {
      await sleep(200)
      verdict = await verdictOf(port, options.host)
    }
    const other = port + 1000 > 65_000 ? 3000 : (uses[0]?.port ?? port) + 1000
    if (verdict === 'busy')
      throw new StartError(
        `Port ${port} (${purpose}) is already in use. Stop the program that uses it, or start with another port: PORT=${other} npm start.`,
      )
    if (verdict === 'forbidden')
      throw new StartError(
        `Port ${port} (${purpose}) needs special rights. Start with a higher one: PORT=3000 npm start.`,
      )
  }
}

/** A loopback port that nobody has at this moment, chosen by the system. */
export const freeTcpPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
