import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { LoginForm } from '#components/auth/LoginForm.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { safeNext } from '#domain/access/rules.ts'

export const metadata: Metadata = { title: 'Anmelden', robots: { index: false } }

type Search = { next?: string; fehler?: string; abgemeldet?: string }

export default async function LoginPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, visitor, search] = await Promise.all([pageCtx(), viewer(), searchParams])
  const next = safeNext(search.next)
  if (visitor)
    return (
      <div className="column page">
        <h1>Du bist angemeldet.</h1>
        {!visitor.degraded && <p className="lead mt-4">Als {visitor.emailMasked}.</p>}
        <a
          className="button button-primary mt-8"
          href={next ?? (visitor.courses.length > 0 ? paths.workshop() : paths.account())}
        >
          Weiter
        </a>
      </div>
    )
  return (
    <div className="column page">
      <h1>Anmelden</h1>
      {search.abgemeldet && (
        <Notice kind="done" className="mt-6">
          <p>Du bist abgemeldet.</p>
        </Notice>
      )}
      <LoginForm
        next={next}
        refused={refusalFor(search.fehler)}
        hrefs={{
          send: paths.api.magicLink(),
          verify: paths.api.verify(),
          claim: paths.claim(),
          inbox: ctx.settings.emulatorUrls.inbox ?? null,
        }}
      />
    </div>
  )
}
