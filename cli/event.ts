import { replayEvent } from '#domain/operator/replayEvent.ts'
import { AppError } from '#errors'
import type { Ctx, EventHead, StoredEvent } from '#ports'

const LISTED = 50
const sources = ['stripe', 'resend', 'bunny'] as const

const line = (event: EventHead) =>
  [
    event.source.padEnd(6),
    event.id,
    event.type,
    event.receivedAt.toISOString(),
    event.handledAt ? (event.outcome ?? 'handled') : `open, ${event.attempts} attempts ${event.lastError ?? ''}`,
  ].join('  ')

async function find(ctx: Ctx, id: string | undefined): Promise<StoredEvent> {
  for (const source of id ? sources : []) {
    const event = await ctx.inbox.read(source, id!)
    if (event) return event
  }
  throw new AppError('not_found', `No event "${id ?? ''}".`)
}

/** `event list [--open]`, `event show <id>`, `event replay <id>` (works it again; effects happen at most once). */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  list: async (ctx, args) => {
    const events = await ctx.inbox.list({ limit: LISTED, ...(args.includes('--open') ? { open: true } : {}) })
    console.log(events.length === 0 ? 'No events.' : events.map(line).join('\n'))
  },
  show: async (ctx, [id]) => {
    const { raw, ...event } = await find(ctx, id)
    console.log(JSON.stringify({ ...event, bodyBytes: raw?.length ?? 0 }, null, 2))
  },
  replay: async (ctx, [id]) => {
    const event = await find(ctx, id)
    await replayEvent(ctx, { source: event.source, id: event.id, actor: 'cli', key: ctx.ids.uuid() })
    console.log(`${event.id} is in the queue again.`)
  },
}
