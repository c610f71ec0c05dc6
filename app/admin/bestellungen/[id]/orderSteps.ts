import {
  deedSteps,
  disputeSteps,
  draftStep,
  eventSteps,
  fraudWarningSteps,
  grantSteps,
  inOrder,
  letterSteps,
  orderSteps,
  refundSteps,
  type Step,
  withdrawalSteps,
} from '#app/admin/steps.ts'
import type { OrderFile } from '#domain/operator/orderFile.ts'

/** Everything that happened to one order, in order of time; what should have happened but has not is at the end. */
export function stepsOfOrder({ order, draft, ...file }: OrderFile): Step[] {
  const hasGrant = file.grants.some(({ revokedAt }) => revokedAt === null)
  const currency = () => order.currency
  return inOrder([
    ...(draft ? [draftStep(draft, [order])] : []),
    ...orderSteps(order, { hasDraft: draft !== null, hasGrant }),
    ...refundSteps(file.refunds, currency),
    ...disputeSteps(file.disputes, currency),
    ...fraudWarningSteps(file.fraudWarnings),
    ...withdrawalSteps(file.withdrawals),
    ...eventSteps(file.events),
    ...grantSteps(file.grants, 'order'),
    ...letterSteps(file.letters),
    ...deedSteps(file.deeds),
  ])
}
