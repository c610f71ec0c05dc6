/**
 * One process for the emulators of Stripe, Resend and Bunny, each on its own loopback port.
 *
 * Its settings are JSON in `WERKSTATT_EMULATORS`, `{ dataDir, stripe?, resend?, bunny? }`; a part that is absent is not
 * started. Sends `{ type: 'ready' }` to its parent when all listen; stops on SIGTERM, SIGINT, or when the parent is
 * gone. State lives under `dataDir/emulators/`.
 */
import { neverWaitForOutput } from '#libs/output.ts'

export interface Running {
  close(): Promise<void> | void
}

type Start = (config: never, dataDir: string) => Promise<Running> | Running

const starters: Record<string, () => Promise<Start>> = {
  stripe: async () => (await import('./stripe.ts')).startStripe as Start,
  resend: async () => (await import('./resend.ts')).startResend as Start,
  bunny: async () => (await import('./bunny.ts')).startBunny as Start,
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

async function main(): Promise<void> {
  neverWaitForOutput('emulators')
  // Not an argument: those can be read by everybody on the machine, and there are keys in it.
  const settings = process.env.WERKSTATT_EMULATORS
  if (!settings)
    fail('The emulators need WERKSTATT_EMULATORS={"dataDir": "…", "stripe": {…}, "resend": {…}, "bunny": {…}}.')
  const { dataDir, ...services } = JSON.parse(settings) as { dataDir: string } & Record<string, never>
  const running: Running[] = []

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await Promise.all(running.map((part) => part.close()))
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  process.on('disconnect', () => void stop())

  for (const [name, load] of Object.entries(starters)) {
    const config = services[name]
    if (!config) continue
    try {
      running.push(await (await load())(config, dataDir))
    } catch (error) {
      fail(`The emulator of ${name} could not start: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  process.send?.({ type: 'ready' })
}

await main()
