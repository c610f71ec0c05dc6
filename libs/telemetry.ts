import type { DoneSpan, Telemetry } from '#libs/traceContext.ts'
import type { Log } from '#ports'

/** Spans that wait for the SDK's modules; the SDK's own queue has the same length. */
const WAITING_MOST = 2_048
const EXPORT_TIMEOUT_MS = 5_000
const EXPORT_EVERY_MS = 1_000
const CLOSE_MS = 2_000

const none: Telemetry = { export: () => {}, close: async () => {} }

/**
 * OpenTelemetry over OTLP/HTTP when an endpoint is set, nothing at all otherwise: the SDK is loaded only then, because
 * it costs a process about 15 MB. Nothing is registered globally: Next would add spans of its own whose names carry
 * whole addresses, tokens included (docs/decisions/flowSteps.md).
 */
export function createTelemetry(options: { endpoint: string | null; service: string; log: Log }): Telemetry {
  const { endpoint, service, log } = options
  if (!endpoint) return none
  let waiting: DoneSpan[] = []
  let exporter: Telemetry | null = null
  const loading = import('#libs/otlp.ts')
    .then(({ createExporter }) => {
      exporter = createExporter({
        endpoint,
        service,
        queueMost: WAITING_MOST,
        timeoutMs: EXPORT_TIMEOUT_MS,
        everyMs: EXPORT_EVERY_MS,
      })
      for (const span of waiting) exporter.export(span)
      waiting = []
    })
    .catch((error) => log.warn({ err: error }, 'telemetry is off'))
  return {
    export(span) {
      if (exporter) exporter.export(span)
      else if (waiting.length < WAITING_MOST) waiting.push(span)
    },
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([late, loading.then(() => exporter?.close())]).catch(() => {})
    },
  }
}
