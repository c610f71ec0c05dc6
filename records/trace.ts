import { isAppError, isOutsideError } from '#errors'
import {
  type ContextStore,
  type DoneSpan,
  formatTraceparent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type Telemetry,
  type TraceContext,
  traceIdOf,
} from '#libs/traceContext.ts'
import type { Arrow, Lane, Trace } from '#ports'
import type { FlowWriter } from '#records/flow.ts'

const DETAIL_LENGTH = 200

/**
 * The port `Trace`: one implementation for the live flow view (rows) and for OpenTelemetry (spans). Nothing waits for
 * the recording, and no failure in it affects the work. One closure, because each method opens or names the one place
 * in the trace where this piece of work stands.
 */
export function createTrace(own: {
  lane: Lane
  contexts: ContextStore
  flow: Pick<FlowWriter, 'write'>
  telemetry: Telemetry
}): Trace {
  const { contexts } = own

  function record(span: DoneSpan, atOnce = false): void {
    if (span.outcome !== 'begun') own.telemetry.export(span)
    const { from, to, detail } = span.arrow
    if (!span.context.kept || (!from && !to)) return
    own.flow.write(
      {
        traceId: span.context.traceId,
        spanId: span.context.spanId,
        parentSpanId: span.parentSpanId,
        at: new Date(span.beganAt),
        durationMs: Math.max(0, Math.round(span.endedAt - span.beganAt)),
        from: from ?? own.lane,
        to: to ?? own.lane,
        name: span.name,
        outcome: span.outcome,
        detail: { ...short(detail), ...(span.context.via ? { via: span.context.via } : {}) },
      },
      atOnce,
    )
  }

  /** The parent of the next span; a new trace when none was begun. */
  const here = (): TraceContext =>
    contexts.getStore() ?? { traceId: newTraceId(), spanId: null, kept: false, via: null, root: null }

  return {
    async span(name, arrow, work) {
      const parent = here()
      const context = { ...parent, spanId: newSpanId(), root: parent.root ?? name }
      const about = { context, parentSpanId: parent.spanId, name }
      const step = { outcome: 'ok', detail: { ...arrow.detail } }
      const beganAt = Date.now()
      const clock = performance.now()
      const end = () =>
        record({
          ...about,
          arrow: { ...arrow, detail: step.detail },
          outcome: step.outcome,
          beganAt,
          endedAt: beganAt + performance.now() - clock,
        })
      if (arrow.begun) record({ ...about, arrow, outcome: 'begun', beganAt, endedAt: beganAt }, true)
      try {
        const result = await contexts.run(context, () => work(step))
        end()
        return result
      } catch (error) {
        step.outcome = outcomeOf(error)
        if (isOutsideError(error)) Object.assign(step.detail, { service: error.service, ambiguous: error.ambiguous })
        end()
        throw error
      }
    },
    note(name, { outcome = 'ok', ...arrow }) {
      const parent = here()
      const now = Date.now()
      const context = { ...parent, spanId: newSpanId(), root: parent.root ?? name }
      record({ context, parentSpanId: parent.spanId, name, arrow, outcome, beganAt: now, endedAt: now }, true)
    },
    begin(seed, work) {
      const given = parseTraceparent(seed) ?? { traceId: traceIdOf(seed), spanId: null }
      return contexts.run({ ...given, kept: true, via: null, root: null }, work)
    },
    continue(traceparent, work) {
      const given = parseTraceparent(traceparent)
      const now = contexts.getStore()
      if (!given || given.traceId === now?.traceId) return now ? work() : contexts.run(here(), work)
      return contexts.run({ ...given, via: now?.root ?? null, root: null }, work)
    },
    traceparent() {
      const now = contexts.getStore()
      return now?.spanId ? formatTraceparent({ ...now, spanId: now.spanId }) : null
    },
  }
}

/** A failure by its name; never its message, which may quote an address (I6). */
function outcomeOf(error: unknown): string {
  if (isOutsideError(error)) return error.failure
  return isAppError(error) ? error.code : 'error'
}

const short = (detail: Arrow['detail'] = {}) =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, DETAIL_LENGTH) : value,
    ]),
  )
