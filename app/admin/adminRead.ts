import 'server-only'
import { cookies } from 'next/headers'
import { type Flash, readFlash } from '#app/_http/flash.ts'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { pageCtx, requireAdmin } from '#app/_http/viewer.ts'
import { isDatabaseAway } from '#errors'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

/** Rows on one page of a list. */
export const PAGE_SIZE = 50

export type Search = Promise<Record<string, string | string[] | undefined>>

/**
 * Reads for the operator only; everybody else is sent away as by `requireAdmin`. Null, and 503 for the page, while the
 * database is away, also for a degraded session.
 */
export async function adminRead<T>(next: string, read: (ctx: Ctx) => Promise<T>): Promise<T | null> {
  const viewer = await requireAdmin(next)
  if (viewer.degraded) return unreachable()
  const ctx = await pageCtx()
  try {
    return await read(ctx)
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    ctx.log.warn({ err: error }, 'admin page without database')
    return unreachable()
  }
}

function unreachable(): null {
  sayRefused('database_unavailable')
  return null
}

/** The result of the form that led to this page; null on any other visit. */
export async function pageFlash(search: Awaited<Search>): Promise<Flash | null> {
  const { settings } = await pageCtx()
  return readFlash(await cookies(), given(search.meldung, 40), settings.siteUrl)
}

/** One search parameter, trimmed and bounded; null when absent, empty or given twice. */
export function given(value: string | string[] | undefined, maxLength = 280): string | null {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxLength ? value.trim() : null
}

/** The parameter if it is one of the choices. */
export function chosen<Choice extends string>(
  value: string | string[] | undefined,
  choices: readonly Choice[],
): Choice | null {
  return choices.find((choice) => choice === value) ?? null
}

/** A parameter that names a row of ours, such as the last one of the page before; what is no id counts as none. */
export function rowId(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && isUuid(value) ? value : undefined
}

/** Pages ask for one row more than they show, to know whether there are older ones; `last` is set only then. */
export function cut<Row>(rows: Row[]): { shown: Row[]; last: Row | null } {
  const shown = rows.slice(0, PAGE_SIZE)
  return { shown, last: rows.length > PAGE_SIZE ? (shown.at(-1) ?? null) : null }
}
