import { z } from 'zod'
import { momentField } from '#app/_http/momentField.ts'
import { parse } from '#app/_http/parse.ts'
import { bodyLimits, readBytes, readJson } from '#app/_http/request.ts'
import { MAX_RANGES_PER_REPORT, MAX_REPORTS_PER_REQUEST } from '#domain/learning/rules.ts'
import { AppError } from '#errors'

const report = z.object({
  lessonId: z.string().min(1).max(100),
  ranges: z.array(z.tuple([z.number(), z.number()])).max(MAX_RANGES_PER_REPORT),
  position: z.number().optional(),
  at: momentField,
  sentAt: momentField,
  clientId: z.string().min(1).max(64),
  done: z.boolean().optional(),
})
const reports = z.array(report).min(1).max(MAX_REPORTS_PER_REQUEST)

/**
 * One report or a list of them. `sendBeacon` on `pagehide` can only send text, so text/plain is read as JSON too; the
 * CSRF rule has checked the origin before.
 */
export async function readReports(request: Request): Promise<{ single: boolean; reports: z.output<typeof reports> }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!['', 'application/json', 'text/plain'].includes(type))
    throw new AppError('unsupported_media_type', type.slice(0, 80))
  const value = readJson(await readBytes(request, bodyLimits.json))
  if (Array.isArray(value)) return { single: false, reports: parse(reports, value) }
  return { single: true, reports: [parse(report, value)] }
}
