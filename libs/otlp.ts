import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { DoneSpan, Telemetry } from '#libs/traceContext.ts'

interface ExporterOptions {
  /** As in OTEL_EXPORTER_OTLP_ENDPOINT: the collector's base address. */
  endpoint: string
  service: string
  queueMost: number
  timeoutMs: number
  everyMs: number
}

/** The OpenTelemetry SDK behind `Telemetry`. Spans come finished and with their ids: the SDK batches and sends. */
export function createExporter(options: ExporterOptions): Telemetry {
  let next = { traceId: '', spanId: '' }
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `werkstatt-${options.service}`, 'process.pid': process.pid }),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
          timeoutMillis: options.timeoutMs,
        }),
        maxQueueSize: options.queueMost,
        scheduledDelayMillis: options.everyMs,
        exportTimeoutMillis: options.timeoutMs,
      }),
    ],
  })
  const tracer = provider.getTracer('werkstatt')
  return {
    export(span) {
      next = span.context
      const made = tracer.startSpan(
        span.name,
        { startTime: span.beganAt, kind: kindOf(span), attributes: attributesOf(span) },
        parentOf(span),
      )
      if (span.outcome !== 'ok') made.setAttribute('outcome', span.outcome)
      if (isFailure(span)) made.setStatus({ code: SpanStatusCode.ERROR, message: span.outcome })
      made.end(span.endedAt)
    },
    close: () => provider.shutdown(),
  }
}

function parentOf({ context, parentSpanId }: DoneSpan) {
  if (!parentSpanId) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: context.traceId,
    spanId: parentSpanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  })
}

function attributesOf({ arrow, context }: DoneSpan) {
  const detail = Object.entries(arrow.detail ?? {}).filter(([, value]) => value !== null)
  return {
    ...Object.fromEntries(detail.map(([key, value]) => [`werkstatt.${key}`, value as string | number | boolean])),
    ...(arrow.from && { 'werkstatt.from': arrow.from }),
    ...(arrow.to && { 'werkstatt.to': arrow.to }),
    ...(context.via && { 'werkstatt.via': context.via }),
  }
}

const kindOf = ({ arrow: { from, to } }: DoneSpan) => {
  if (to === 'stripe' || to === 'resend') return SpanKind.CLIENT
  if (from === 'database') return SpanKind.CONSUMER
  return from === 'browser' || to === 'webhook' ? SpanKind.SERVER : SpanKind.INTERNAL
}

const isFailure = ({ outcome }: DoneSpan) => !['ok', 'new', 'duplicate'].includes(outcome)
