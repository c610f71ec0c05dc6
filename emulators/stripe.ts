import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { mountControls } from './kit/controls.ts'
import { createRequestLog } from './kit/requestLog.ts'
import { type Served, serve } from './kit/serve.ts'
import { mountActions, stateOf } from './stripe/actions.ts'
import { openDispute, settleRefund } from './stripe/afterSale.ts'
import { stripeApi } from './stripe/api.ts'
import { frame, mountDashboard } from './stripe/dashboard.ts'
import { StripeRefusal } from './stripe/errors.ts'
import { mountInvoices } from './stripe/invoices.ts'
import { mountOddities } from './stripe/oddities.ts'
import { mountPaymentLinks } from './stripe/paymentLinks.ts'
import { settlePending } from './stripe/payments.ts'
import { mountPayPage } from './stripe/payPage.ts'
import { expireSession } from './stripe/sessions.ts'
import { switches } from './stripe/switches.ts'
import { nowSeconds, openWorld, type StripeConfig, type Task, type World } from './stripe/world.ts'

export type { StripeConfig } from './stripe/world.ts'

const tickMs = 250
const expiryTicks = 8

function runTask(world: World, task: Task): void {
  world.tasks.remove(task.id)
  try {
    if (task.what === 'intent_succeed') settlePending(world, task.target, 'succeed')
    if (task.what === 'intent_fail') settlePending(world, task.target, 'fail')
    if (task.what === 'refund_succeed') settleRefund(world, task.target, 'succeed')
    if (task.what === 'refund_fail') settleRefund(world, task.target, 'fail')
    if (task.what === 'dispute') openDispute(world, { charge: task.target })
  } catch (error) {
    // The dashboard may have decided otherwise in the meantime; then there is nothing left to do.
    if (!(error instanceof StripeRefusal)) throw error
  }
}

/** Runs what happens by itself: banks answer, sessions expire. */
function startClock(world: World): () => void {
  let count = 0
  const timer = setInterval(() => {
    for (const task of world.tasks.all()) if (task.at <= Date.now()) runTask(world, task)
    if (++count % expiryTicks !== 0) return
    const now = nowSeconds()
    for (const row of world.sessions.values())
      if (row.session.status === 'open' && row.session.expires_at <= now) expireSession(world, row.id)
  }, tickMs)
  return () => clearInterval(timer)
}

/**
 * Starts the Stripe emulator on 127.0.0.1. State is kept in `dataDir/emulators/stripe.json`. Rejects with one sentence
 * for a live key or a busy port. `docs/emulators.md` says where it differs from Stripe.
 */
export async function startStripe(config: StripeConfig, dataDir: string): Promise<Served> {
  const world = openWorld(config, dataDir)
  const log = createRequestLog()
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.onError((error, c) => {
    const refusal = error instanceof StripeRefusal ? error : new StripeRefusal(500, error.message)
    if (refusal.status >= 500) process.stderr.write(`Stripe emulator: ${error.stack}\n`)
    return c.json(refusal.body(''), refusal.status as 400)
  })
  app.use(log.middleware)
  app.get('/', (c) => c.redirect('/dashboard'))
  mountControls(app, { store: world.store, faults: world.faults, log, frame, state: () => stateOf(world), switches })
  mountActions(app, world)
  mountOddities(app, world)
  mountInvoices(app, world)
  mountPayPage(app, world)
  mountPaymentLinks(app, world)
  mountDashboard(app, world)
  app.route('/', stripeApi(world))
  const served = await serve(app, config.port)
  const stopClock = startClock(world)
  return {
    ...served,
    async close() {
      stopClock()
      world.deliverer.close()
      await served.close()
      await world.store.close()
    },
  }
}
