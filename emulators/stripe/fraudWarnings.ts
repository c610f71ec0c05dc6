import { type Draft, draft } from './events.ts'
import type { Thing, World } from './world.ts'

/** The card network's hint before a dispute: `radar.early_fraud_warning`. */
export interface FraudWarning extends Thing {
  object: 'radar.early_fraud_warning'
  /** True until the charge was refunded in full or disputed. */
  actionable: boolean
  charge: string
  payment_intent: string
  created: number
  fraud_type: string
  livemode: false
}

const isWarning = (thing: Thing): thing is FraudWarning => thing.object === 'radar.early_fraud_warning'

export const warningsOf = (world: World): FraudWarning[] => world.things.all().filter(isWarning)

/** Ends a charge's warnings after it was refunded in full or disputed. */
export function quietWarnings(world: World, chargeId: string): Draft[] {
  return warningsOf(world)
    .filter((one) => one.charge === chargeId && one.actionable)
    .map((one) => {
      const quiet = { ...one, actionable: false }
      world.things.put(quiet)
      return draft('radar.early_fraud_warning.updated', quiet, { actionable: true })
    })
}
