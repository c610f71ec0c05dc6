import { letterState, orderState } from '#components/admin/words.ts'
import { duration, type FlowRow, type FlowView } from '#components/flow/flowView.ts'
import { loginsOf } from '#domain/access/loginsOf.ts'
import { timeOfDay } from '#domain/calendar/germanWords.ts'
import { firstOpened } from '#domain/learning/firstOpened.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { findDraft } from '#domain/sales/checkout/findDraft.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import { parseTraceparent } from '#libs/traceContext.ts'
import { platform } from '#platform'
import type { Ctx, FlowStep } from '#ports'
import { doneByRows } from './doneByRows.ts'
import { drawLanes, drawRows } from './drawFlow.ts'

/** States of the welcome letter after which nothing happens by itself any more. */
const endStates = ['delivered', 'bounced', 'complained', 'suppressed', 'failed', 'dropped', 'unknown', 'parked']

/** One order's way, by draft, purchase, Stripe session or order number; null for an unknown one. */
export async function readFlow(ctx: Ctx, key: string): Promise<FlowView | null> {
  const found = await findBoth(ctx, key)
  if (!found) return null
  const { draft, order } = found
  const began = draft?.createdAt ?? order?.createdAt ?? ctx.clock.now()
  const trace = parseTraceparent(draft?.traceparent ?? order?.traceparent)
  const [steps, letters, logins, opened] = await Promise.all([
    trace ? ctx.flow.steps(ctx.db, trace.traceId) : [],
    order ? listLetters(ctx, { purchaseId: order.id }) : [],
    order?.personId ? loginsOf(ctx, order.personId) : [],
    order?.personId ? firstOpened(ctx, order.personId) : null,
  ])
  // The first arrow is the click; the row came a moment later.
  const click = steps[0] && steps[0].at < began ? steps[0].at : began
  const rows = drawRows(steps, {
    now: ctx.clock.now(),
    began: click,
    paidAt: order?.paidAt ?? null,
    logins,
    firstLesson: opened && opened.at >= click ? { title: titleOf(ctx, opened.lessonId), at: opened.at } : null,
    done: await doneByRows(ctx, steps, { order, letters }),
    gone: new Set(platform().sandbox?.gone(workersIn(steps)) ?? []),
  })
  const welcome = letters.find(({ kind }) => kind === 'welcome') ?? null
  const moving = rows.some((row) => row.tone === 'wait') || rows.some((row) => row.tone === 'bad' && !row.healed)
  const waiting = letters.some(({ state }) => state === 'queued')
  const done = welcome !== null && endStates.includes(welcome.state) && !moving && !waiting
  return {
    id: key,
    title: order ? `Bestellung ${order.number}` : 'Bestellung an der Kasse',
    traceId: trace?.traceId ?? null,
    beganAt: click.toISOString(),
    stamps: stampsOf(order, welcome),
    lanes: drawLanes(rows),
    rows,
    done,
    summary: summaryOf({ order, welcome, rows, click, done }),
    payUrl: order?.paidAt ? null : (draft?.sessionUrl ?? null),
    sessionId: order?.sessionId ?? draft?.sessionId ?? null,
    orderId: order?.id ?? null,
  }
}

async function findBoth(ctx: Ctx, key: string) {
  const draft = await findDraft(ctx, key)
  const detail = await getOrder(ctx, draft?.sessionId ?? key)
  if (detail) return { draft: draft ?? detail.draft, order: detail.order }
  return draft ? { draft, order: null } : null
}

const titleOf = (ctx: Ctx, lessonId: string) => ctx.content.lesson(lessonId)?.title ?? lessonId

const workersIn = (steps: FlowStep[]) => [
  ...new Set(steps.flatMap(({ detail }) => (typeof detail.worker === 'number' ? [detail.worker] : []))),
]

const stampTones = { good: 'green', bad: 'red', wait: 'open', plain: 'open' } as const

function stampsOf(order: Order | null, welcome: LetterRow | null): FlowView['stamps'] {
  const stamps: FlowView['stamps'] = []
  if (!order) return [{ text: 'noch nicht bezahlt', tone: 'open' }]
  const state = orderState(order.state)
  const at = order.state === 'paid' && order.paidAt ? ` ${timeOfDay(order.paidAt)}` : ''
  stamps.push({ text: `${state.text}${at}`, tone: stampTones[state.tone] })
  if (order.state === 'paid') stamps.push({ text: 'Zugang offen', tone: 'green' })
  if (welcome) {
    const letter = letterState(welcome.state)
    const sent = welcome.deliveredAt ? ` ${timeOfDay(welcome.deliveredAt)}` : ''
    stamps.push({ text: `Mail ${letter.text}${sent}`, tone: stampTones[letter.tone] })
  }
  return stamps
}

function summaryOf(about: {
  order: Order | null
  welcome: LetterRow | null
  rows: FlowRow[]
  click: Date
  done: boolean
}): string {
  const { order, welcome, rows, click } = about
  const faults = rows.filter((row) => row.tone === 'bad')
  const open = faults.filter((row) => !row.healed)
  const healed = faults.length - open.length
  const tail = healed > 0 ? ` ${healed === 1 ? 'Eine Störung' : `${healed} Störungen`} unterwegs, geheilt.` : ''
  if (open.length > 0) return `${open.at(-1)?.title}. ${open.at(-1)?.heals ?? ''}`.trim()
  if (!order) return 'Die Kasse ist offen. Sobald bezahlt ist, geht es hier weiter.'
  if (welcome?.deliveredAt)
    return `Zugestellt, ${duration(welcome.deliveredAt.getTime() - click.getTime())} nach dem Klick.${tail}`
  if (welcome) return `Der Zugang ist offen. Die Mail: ${letterState(welcome.state).text}.${tail}`
  return `Die Zahlung: ${orderState(order.state).text}.${tail}`
}
