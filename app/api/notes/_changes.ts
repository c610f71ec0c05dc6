import { z } from 'zod'
import { parse } from '#app/_http/parse.ts'
import { bodyLimits, readBytes, readJson } from '#app/_http/request.ts'
import { CHANGES_PER_REQUEST, NOTE_LENGTH } from '#domain/learning/notes/noteLimits.ts'
import { AppError } from '#errors'

const counted = z.int().min(0).max(2_000_000_000)
const writer = z.string().regex(/^[\w-]{8,64}$/)

const change = z.strictObject({
  id: z.uuid(),
  lessonId: z.string().min(1).max(100),
  kind: z.enum(['note', 'bookmark']),
  second: z.number().min(0).max(2_000_000).nullable(),
  body: z.string().max(NOTE_LENGTH),
  deleted: z.boolean(),
  base: counted,
  writer,
  seq: counted.min(1),
  over: z.array(z.tuple([writer, counted])).max(50),
})
const changes = z.array(change).min(1).max(CHANGES_PER_REQUEST)

/**
 * One change or a list of them. `sendBeacon` on `pagehide` can only send text, so text/plain is read as JSON too; the
 * CSRF rule has checked the origin before.
 */
export async function readChanges(request: Request): Promise<z.output<typeof changes>> {
  return parse(changes, await readJsonList(request))
}

export async function readJsonList(request: Request): Promise<unknown[]> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!['', 'application/json', 'text/plain'].includes(type))
    throw new AppError('unsupported_media_type', type.slice(0, 80))
  const value = readJson(await readBytes(request, bodyLimits.json))
  return Array.isArray(value) ? value : [value]
}
