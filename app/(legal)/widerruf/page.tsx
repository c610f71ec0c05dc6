import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { carriedWithdrawal, knownDeclaration } from '#app/_pages/withdrawal.ts'
import { LegalText } from '#components/site/LegalText.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { DeclarationFields } from '#components/withdrawal/DeclarationFields.tsx'
import { checkDeclaration, declarationLimits } from '#domain/sales/withdrawal/rules.ts'

export const metadata: Metadata = { title: 'Vertrag widerrufen', alternates: { canonical: '/widerruf' } }

/**
 * The withdrawal function (§ 356a BGB) and, below it, the statutory instruction. Works without script and without
 * login.
 */
export default async function WithdrawalPage({ searchParams }: { searchParams: Promise<{ fehler?: string }> }) {
  const [{ content }, carried, search] = await Promise.all([pageCtx(), carriedWithdrawal(), searchParams])
  const typed = carried?.step === 'typed' ? carried : null
  const values = typed ?? (await knownDeclaration())
  const errors = typed && search.fehler === 'angaben' ? checkDeclaration(typed).fields : {}
  const count = Object.keys(errors).length
  const refused = refusalFor(search.fehler)
  return (
    <LegalText title="Vertrag widerrufen" html={content.legalHtml('widerruf')}>
      <p className="lead mt-4">
        Drei Angaben, dann bestätigen. Du brauchst dafür kein Konto und keinen Grund. Den Eingang bestätigen wir dir
        sofort per Mail, mit Datum und Uhrzeit.
      </p>
      <form
        method="post"
        action={paths.api.withdrawalDraft()}
        noValidate
        className="ticket mt-8"
        aria-labelledby="widerruf-titel"
      >
        <div className="ticket-body pb-6">
          <h2 id="widerruf-titel" className="ticket-title mb-5">
            Dein Widerruf
          </h2>
          {count > 0 && (
            <Notice kind="error" className="mb-6" title="Noch nichts abgeschickt.">
              <p>{count === 1 ? 'Eine Angabe fehlt oder passt nicht' : 'Einige Angaben fehlen oder passen nicht'}:</p>
            </Notice>
          )}
          {refused && (
            <Notice kind="error" className="mb-6" title="Das hat nicht geklappt.">
              <p>{refused}</p>
            </Notice>
          )}
          <DeclarationFields values={values} errors={errors} limits={declarationLimits} />
        </div>
        <div className="ticket-stub">
          <button type="submit" className="button button-primary">
            Weiter zur Bestätigung
          </button>
          <p className="mt-3 text-muted">Du siehst dann alles noch einmal. Erst mit dem zweiten Knopf gilt es.</p>
        </div>
      </form>
    </LegalText>
  )
}
