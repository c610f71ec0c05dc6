import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { Arrow } from '#ports'

/** The place of a piece of work in its trace. */
export interface TraceContext {
  /** 32 hex characters. */
  traceId: string
  /** 16 hex characters; null at the very beginning of a trace of our own. */
  spanId: string | null
  /** The sampled flag: its arrows are kept for the live flow view. True for orders and what follows from them. */
  kept: boolean
  /** What led here from another trace, such as the reconciler's run or a person's click. */
  via: string | null
  /** The outermost span of this piece of work. */
  root: string | null
}

/** One piece of work as it happened; times in milliseconds since 1970. */
export interface DoneSpan {
  context: TraceContext & { spanId: string }
  parentSpanId: string | null
  name: string
  arrow: Arrow
  outcome: string
  beganAt: number
  endedAt: number
}

/** Spans of every trace, for whoever runs a collector. Never waits, never throws. */
export interface Telemetry {
  export(span: DoneSpan): void
  /** Sends what waits, at most for two seconds. */
  close(): Promise<void>
}

/** One per process: only the platform's instance of this module is used, whatever copies Next makes. */
export type ContextStore = AsyncLocalStorage<TraceContext>
export const createContextStore = (): ContextStore => new AsyncLocalStorage()

const shape = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

/** A W3C `traceparent` of version 00; null for anything else. */
export function parseTraceparent(
  text: string | null | undefined,
): { traceId: string; spanId: string; kept: boolean } | null {
  const [, traceId, spanId, flags] = shape.exec(text ?? '') ?? []
  return traceId && spanId && flags ? { traceId, spanId, kept: (Number.parseInt(flags, 16) & 1) === 1 } : null
}

/** The text if it is a traceparent, else null: metadata of a shared account may hold anything. */
export const knownTraceparent = (text: string | null | undefined) => (parseTraceparent(text) ? (text ?? null) : null)

export const formatTraceparent = (context: { traceId: string; spanId: string; kept: boolean }) =>
  `00-${context.traceId}-${context.spanId}-0${context.kept ? 1 : 0}`

export const newTraceId = () => randomBytes(16).toString('hex')
export const newSpanId = () => randomBytes(8).toString('hex')

/** A trace id made from an attempt's UUID, so that a double click is one trace. Any other text gives a new id. */
export function traceIdOf(seed: string | null): string {
  const hex = seed?.replaceAll('-', '').toLowerCase() ?? ''
  return /^(?!0{32})[0-9a-f]{32}$/.test(hex) ? hex : newTraceId()
}

const inBody = /"traceparent"\s*:\s*"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"/

/**
 * The traceparent that we once put into metadata or tags, found in the bytes of a signed delivery without parsing
 * them. A text typed by a buyer cannot look like it: its quotes are escaped.
 */
export function traceparentIn(raw: Buffer): string | null {
  return knownTraceparent(inBody.exec(raw.toString('latin1'))?.[1])
}
