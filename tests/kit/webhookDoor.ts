import http from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { World } from './world.ts'

/**
 * The Stripe webhook's route at the world's web port, without Next: emulator and worker are real processes, and the
 * route's own code runs, but no build is needed. Other paths answer 200.
 */
export async function openWebhookDoor(world: World): Promise<{ close(): void }> {
  ;(globalThis as { werkstatt?: unknown }).werkstatt = world.platform
  const { POST } = await import('#app/api/webhook/stripe/route.ts')
  const door = http.createServer(async (request, response) => {
    if (!request.url?.endsWith('/api/webhook/stripe')) return void response.writeHead(200).end('{}')
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const body = new Uint8Array(await buffer(request))
    const answer = await POST(new Request(`${world.url}${request.url}`, { method: 'POST', headers, body }), {})
    response.writeHead(answer.status).end(await answer.text())
  })
  await new Promise<void>((resolve) => door.listen(Number(new URL(world.url).port), '127.0.0.1', resolve))
  return {
    close: () => {
      door.close()
      ;(globalThis as { werkstatt?: unknown }).werkstatt = undefined
    },
  }
}
