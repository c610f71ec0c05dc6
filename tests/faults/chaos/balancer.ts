import { connect, createServer, type Socket } from 'node:net'

/**
 * What stands before several webs: connections go round, one that is refused goes to the next, and when nobody listens
 * the caller loses the connection. Knows nothing of HTTP, so a killed web cuts its callers off as it would anywhere.
 */
export async function openBalancer(port: number, backends: number[]): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  let turn = 0

  const bridge = (client: Socket, left: number[]) => {
    const [backend, ...others] = left
    if (backend === undefined) return void client.destroy()
    const upstream = connect({ port: backend, host: '127.0.0.1' })
    upstream.once('connect', () => {
      sockets.add(upstream)
      client.pipe(upstream).pipe(client)
      upstream.once('close', () => client.destroy())
      client.once('close', () => upstream.destroy())
    })
    upstream.on('error', () => {
      if (sockets.delete(upstream)) client.destroy()
      else bridge(client, others)
    })
    upstream.once('close', () => sockets.delete(upstream))
  }

  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    client.once('close', () => sockets.delete(client))
    const first = turn++ % backends.length
    bridge(client, [...backends.slice(first), ...backends.slice(0, first)])
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
