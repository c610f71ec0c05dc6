import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { carriedWithdrawal } from '#app/_pages/withdrawal.ts'
import { Laufzettel } from '#components/Laufzettel.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { DeclarationFields } from '#components/withdrawal/DeclarationFields.tsx'
import {
  checkDeclaration,
  type Declaration,
  declarationLimits,
  declarationSentence,
} from '#domain/sales/withdrawal/rules.ts'

export const metadata: Metadata = { title: 'Widerruf bestätigen', robots: { index: false } }

/** The second step (§ 356a Abs. 3 BGB): what will be declared, and the one button. */
export default async function ConfirmPage({ searchParams }: { searchParams: Promise<{ fehler?: string }> }) {
  const [ctx, carried, { fehler }] = await Promise.all([pageCtx(), carriedWithdrawal(), searchParams])
  if (carried?.step === 'done' && !fehler) redirect(paths.withdrawalDone())
  const typed = carried?.step === 'typed' ? carried : null
  if (typed && Object.keys(checkDeclaration(typed).fields).length > 0) redirect(paths.withdrawal({ fehler: 'angaben' }))
  return (
    <div className="column page">
      <h1>Widerruf bestätigen</h1>
      <Refused sentence={refusalFor(fehler)} email={ctx.settings.operator.email} />
      <form method="post" action={paths.api.withdrawal()} noValidate className="mt-8">
        <input type="hidden" name="id" value={typed?.id ?? ctx.ids.uuid()} />
        {typed ? <Summary declaration={typed} /> : <WithoutCookies />}
        <button type="submit" className="button button-primary button-large mt-6 w-full">
          Widerruf bestätigen
        </button>
      </form>
      {typed && (
        <p className="mt-6">
          <Link className="link" href={paths.withdrawal()} prefetch={false}>
            Angaben ändern
          </Link>
        </p>
      )}
    </div>
  )
}

function Summary({ declaration }: { declaration: Declaration }) {
  const { name, contract, email } = declaration
  return (
    <>
      {Object.entries({ name, contract, email }).map(([field, value]) => (
        <input key={field} type="hidden" name={field} value={value} />
      ))}
      <Laufzettel
        title="Das erklärst du"
        rows={[
          { label: 'Erklärung', value: declarationSentence },
          { label: 'Vertrag', value: <span className="wrap-anywhere">{contract}</span> },
          { label: 'Name', value: <span className="wrap-anywhere">{name}</span> },
          { label: 'Bestätigung an', value: <span className="wrap-anywhere">{email}</span> },
        ]}
        stub={<p>Mit dem Knopf geht der Widerruf an uns. Die Eingangsbestätigung bekommst du sofort per Mail.</p>}
      />
    </>
  )
}

/** A browser without cookies brings no fields along: then this page asks for all three itself. */
function WithoutCookies() {
  return (
    <>
      <p className="lead mb-6">
        Deine Angaben sind nicht mitgekommen: Die halbe Stunde ist um, oder dein Browser nimmt keine Cookies an. Trag
        sie hier ein, dann geht es ohne.
      </p>
      <DeclarationFields values={{ name: '', contract: '', email: '' }} errors={{}} limits={declarationLimits} />
    </>
  )
}

function Refused({ sentence, email }: { sentence: string | null; email: string }) {
  if (!sentence) return null
  return (
    <Notice kind="error" className="mt-6" role="alert" title="Dein Widerruf ist noch nicht bei uns.">
      <p>{sentence}</p>
      {!email.includes('[[') && (
        <p className="mt-2">
          Eilt es, schreib ihn an{' '}
          <a className="link" href={`mailto:${email}?subject=Widerruf`}>
            {email}
          </a>
          . Das gilt genauso.
        </p>
      )}
    </Notice>
  )
}
