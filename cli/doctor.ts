import type { RawSettings } from '#libs/envFile.ts'
import { type Finding, fine } from './doctorFinding.ts'
import { checkBunny, checkResend, checkStripe } from './doctorServices.ts'
import { checkDatabase, checkSettings } from './doctorSettings.ts'

const marks = { fine: '  ok     ', weak: '  weak   ', broken: '  BROKEN ' }

const services = [
  ['stripe', checkStripe],
  ['resend', checkResend],
  ['bunny', checkBunny],
] as const

/**
 * `npm run doctor`: checks settings, database and the three services, and prints each finding with its fix. Answers the
 * exit code: 1 if something required is broken.
 */
export async function doctor(raw: RawSettings): Promise<number> {
  const all: Finding[] = []
  const tell = (findings: Finding[]) => {
    all.push(...findings)
    findings.forEach(print)
  }
  const { findings, env, emulated } = checkSettings(raw)
  tell(findings)
  if (env) {
    tell(await checkDatabase(env))
    for (const [service, check] of services)
      tell(
        emulated.includes(service) ? [fine(service, 'No keys, so this machine plays the service.')] : await check(env),
      )
  }
  const wrong = all.filter(({ state }) => state === 'broken').length
  console.log(`\n${wrong === 0 ? 'Nothing required is broken.' : `Broken and required: ${wrong}.`}`)
  return wrong === 0 ? 0 : 1
}

function print({ about, state, text, fix }: Finding): void {
  console.log(`${marks[state]}${about.padEnd(10)} ${text}`)
  if (fix) console.log(`${' '.repeat(20)}Fix: ${fix}`)
}
