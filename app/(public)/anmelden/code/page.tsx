import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { CodeForm } from '#components/auth/CodeForm.tsx'
import { InboxHint } from '#components/auth/InboxHint.tsx'
import { safeNext } from '#domain/access/rules.ts'

export const metadata: Metadata = { title: 'Code eingeben', robots: { index: false } }

/** Where a browser without JavaScript lands after asking for a link. */
export default async function CodePage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string; fehler?: string }>
}) {
  const [ctx, search] = await Promise.all([pageCtx(), searchParams])
  const next = safeNext(search.next)
  return (
    <div className="column page">
      <h1>Schau in dein Postfach.</h1>
      <p className="lead mt-4">
        Wir haben dir einen Link und einen Code geschickt. Beide gelten 15 Minuten. Nichts angekommen? Schau im Spam
        nach oder{' '}
        <a className="link" href={paths.login({ next })}>
          lass noch einmal schicken
        </a>
        .
      </p>
      <CodeForm action={paths.api.verify()} next={next} refused={refusalFor(search.fehler)} />
      <InboxHint href={ctx.settings.emulatorUrls.inbox ?? null} />
    </div>
  )
}
