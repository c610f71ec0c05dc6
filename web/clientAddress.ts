import { isIP } from 'node:net'

/**
 * Who is really asking. Each trusted proxy has appended the address that it saw, so with `hops` proxies the
 * client is the hops-th entry from the right; everything further left is what the client claims. With no
 * trusted proxy, or fewer entries than proxies, only the socket counts.
 */
export function clientAddress(forwardedFor: string | undefined, socketAddress: string, hops: number): string {
  const socket = socketAddress.replace(/^::ffff:/, '')
  if (hops === 0 || !forwardedFor) return socket
  const entry = forwardedFor
    .split(',')
    .at(-hops)
    ?.trim()
    .replace(/^::ffff:/, '')
  return entry && isIP(entry) !== 0 ? entry : socket
}
