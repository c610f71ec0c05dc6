import type { Metadata } from 'next'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { isViewerUnknown, viewer } from '#app/_http/viewer.ts'
import { alreadyIn } from '#app/_pages/alreadyIn.ts'
import { NotNow, STILL_IN } from '#app/_pages/NotNow.tsx'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { AlreadyIn } from '#components/auth/AlreadyIn.tsx'
import { LoginForm } from '#components/auth/LoginForm.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { safeNext } from '#domain/access/rules.ts'

export const metadata: Metadata = { title: 'Anmelden', robots: { index: false } }

type Search = { next?: string; fehler?: string; abgemeldet?: string; spaeter?: string }

export default async function LoginPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [visitor, search] = await Promise.all([viewer(), searchParams])
  const next = safeNext(search.next)
  const { email: typed } = await typedBefore(search.fehler)
  if (visitor) return <AlreadyIn {...alreadyIn(visitor, next)} />
  if (search.spaeter && (await isViewerUnknown())) {
    sayRefused('database_unavailable')
    return <NotNow title="Gleich geht es weiter" safe={STILL_IN} href={next ?? paths.workshop()} />
  }
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
        typed={typed}
        hrefs={{
          send: paths.api.magicLink(),
          code: paths.loginSent({ next }),
          claim: paths.claim(),
        }}
      />
    </div>
  )
}
