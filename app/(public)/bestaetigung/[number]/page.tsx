import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { clientIpOf } from '#app/_http/request.ts'
import { sentenceFor } from '#app/_http/respond.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { ParticipationSheet } from '#components/member/ParticipationSheet.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { publicCertificate } from '#domain/learning/certificate/publicCertificate.ts'
import { type AppError, isAppError } from '#errors'

/** Without the name in the title, which would show in histories and previews. */
export const metadata: Metadata = {
  title: 'Teilnahmebestätigung',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}

type Props = { params: Promise<{ number: string }> }

/**
 * Shows what is printed on one Teilnahmebestätigung, to whoever has its number. Unknown and impossible numbers are one
 * 404.
 */
export default async function CertificatePage({ params }: Props) {
  const [{ number }, ctx, head] = await Promise.all([params, pageCtx(), headers()])
  const found = await publicCertificate(ctx, { number: decoded(number), ip: clientIpOf(head) }).catch(refusalOf)
  if (found === null) return <NotHere />
  if ('code' in found) return <NotNow refusal={found} />
  const { operator } = ctx.settings
  return (
    <div className="column page">
      <ParticipationSheet
        headingLevel={1}
        facts={found}
        modules={ctx.content.course().modules.map(({ lessons }) => lessons.length)}
        organiser={`${operator.name}, ${operator.postalCode} ${operator.city}`}
      />
      <p className="mt-6">
        Diese Bestätigung wurde hier ausgestellt. Stimmen Name, Tag und Nummer mit dem Papier überein, ist es echt.
      </p>
    </div>
  )
}

/** The decoded part of the address; a broken escape gives '', which is no number. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function refusalOf(error: unknown): AppError {
  if (!isAppError(error) || !['rate_limited', 'database_unavailable'].includes(error.code)) throw error
  sayRefused(error.code)
  return error
}

function NotNow({ refusal }: { refusal: AppError }) {
  return (
    <div className="column page">
      <h1>Teilnahme&shy;bestätigung</h1>
      <Notice kind="wait" className="mt-6" title="Das können wir gerade nicht nachsehen.">
        <p>{sentenceFor(refusal.code, refusal.details)}</p>
      </Notice>
    </div>
  )
}
