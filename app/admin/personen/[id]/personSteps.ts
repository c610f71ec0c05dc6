import {
  deedSteps,
  disputeSteps,
  draftStep,
  eventSteps,
  fraudWarningSteps,
  grantSteps,
  inOrder,
  lessonSteps,
  letterSteps,
  loginSteps,
  orderSteps,
  refundSteps,
  type Step,
  withdrawalSteps,
} from '#app/admin/steps.ts'
import type { CustomerFile } from '#domain/operator/customerFile.ts'

/** Everything that happened to one person, in order of time; what should have happened but has not is at the end. */
export function personSteps(file: CustomerFile): Step[] {
  const { orders, drafts, grants } = file
  const currencyOf = (purchaseId: string) => orders.find(({ id }) => id === purchaseId)?.currency ?? 'eur'
  const drafted = new Set(drafts.map(({ id }) => id))
  const granted = new Set(grants.filter(({ revokedAt }) => revokedAt === null).map(({ source }) => source))
  return inOrder([
    ...drafts.map((draft) => draftStep(draft, orders)),
    ...orders.flatMap((order) =>
      orderSteps(order, {
        hasDraft: order.orderId !== null && drafted.has(order.orderId),
        hasGrant: granted.has(`purchase:${order.id}`),
      }),
    ),
    ...refundSteps(file.refunds, currencyOf),
    ...disputeSteps(file.disputes, currencyOf),
    ...fraudWarningSteps(file.fraudWarnings),
    ...withdrawalSteps(file.withdrawals),
    ...eventSteps(file.events),
    ...grantSteps(grants, 'person'),
    ...letterSteps(file.letters),
    ...loginSteps(file.sessions),
    ...lessonSteps(file.lessons),
    ...deedSteps(file.deeds),
  ])
}
