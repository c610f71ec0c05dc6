import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Headers that only we may set; a client's own values never reach a route. */
const oursAlone = ['x-client-ip', 'x-request-id', 'x-nonce', 'content-security-policy']
const proxysAlone = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'forwarded',
  'x-real-ip',
]

export interface Trust {
  /** How many proxies of our own append to `X-Forwarded-For`. */
  hops: number
  /** Addresses and ranges (`10.0.0.0/8`) whose forwarded headers count. */
  proxies: string[]
  siteUrl: string
}

/**
 * Replaces headers that a client may not set and answers its true address. Next builds absolute URLs from `Host`, so it
 * always gets ours.
 */
export function createTrust({
  hops,
  proxies,
  siteUrl,
}: Trust): (request: IncomingMessage, requestId: string) => string {
  const site = new URL(siteUrl)
  const isOurs = rangesOf(proxies)
  return (request, requestId) => {
    const { headers } = request
    const socket = (request.socket.remoteAddress ?? '0.0.0.0').replace(/^::ffff:/, '')
    const client = isOurs(socket) ? clientAddress(listOf(headers['x-forwarded-for']), socket, hops) : socket
    for (const name of [...oursAlone, ...proxysAlone]) delete headers[name]
    headers.host = site.host
    headers['x-forwarded-host'] = site.host
    headers['x-forwarded-proto'] = site.protocol.slice(0, -1)
    headers['x-forwarded-for'] = client
    headers['x-client-ip'] = client
    headers['x-request-id'] = requestId
    return client
  }
}

const listOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header)

/**
 * Who is really asking. Each trusted proxy has appended the address that it saw, so with `hops` proxies the
 * client is the hops-th entry from the right; everything further left is what the client claims. With no
 * trusted proxy, or fewer entries than proxies, only the socket counts.
 */
export function clientAddress(forwardedFor: string | undefined, socket: string, hops: number): string {
  if (hops === 0 || !forwardedFor) return socket
  const entry = forwardedFor
    .split(',')
    .at(-hops)
    ?.trim()
    .replace(/^::ffff:/, '')
  return entry && isIP(entry) !== 0 ? entry : socket
}

/** Answers a function that tells whether an address lies in one of these ranges, which `readConfig` has checked. */
export function rangesOf(ranges: string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
