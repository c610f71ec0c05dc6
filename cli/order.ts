import { maskEmail } from '#domain/access/rules.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import { listOrders, type Order } from '#domain/sales/listOrders.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

const LISTED = 50

const money = (cents: number, currency: string) => `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`

const line = (order: Order) =>
  [
    order.number.padEnd(12),
    order.state.padEnd(10),
    money(order.amountTotal, order.currency).padStart(12),
    order.createdAt.toISOString(),
    order.email ? maskEmail(order.email) : '-',
    order.flags.join(','),
  ].join('  ')

/** `order list`, `order show <number|session|id>`. */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  list: async (ctx) => {
    const orders = await listOrders(ctx, { limit: LISTED })
    console.log(orders.length === 0 ? 'No orders yet.' : orders.map(line).join('\n'))
  },
  show: async (ctx, [key]) => {
    const found = key ? await getOrder(ctx, key) : null
    if (!found) throw new AppError('not_found', `No order "${key ?? ''}". Give a number, a purchase id or a cs_ id.`)
    console.log(JSON.stringify(found, null, 2))
  },
}
