import { Repairs } from '#app/admin/Repairs.tsx'
import type { Refused } from '#components/admin/Ask.tsx'
import { flagWords } from '#components/admin/words.ts'
import { Notice } from '#components/ui/Notice.tsx'
import type { Order } from '#domain/sales/listOrders.ts'

/** An order's flags that nobody has ticked off, each with a button for it; nothing when there are none. */
export function OrderFlags({ order, back, refused }: { order: Order; back: string; refused: Refused | null }) {
  const open = order.flags.filter((flag) => !order.flagsSeen.includes(flag))
  if (open.length === 0) return null
  const free = order.amountTotal === 0
  return (
    <Notice kind="error" className="mb-6" title={`${order.number}: Das sollte sich jemand ansehen.`}>
      <ul className="mt-1 grid gap-2">
        {open.map((flag) => (
          <li key={flag}>
            {flagWords(flag, free)}
            <Repairs repairs={[{ kind: 'flag', order: order.id, flag, free }]} back={back} refused={refused} />
          </li>
        ))}
      </ul>
    </Notice>
  )
}
