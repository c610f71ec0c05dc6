import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCookie, pageCtx, viewer } from '#app/_http/viewer.ts'
import { alreadyIn } from '#app/_pages/alreadyIn.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { AlreadyIn } from '#components/auth/AlreadyIn.tsx'
import { CodeStep } from '#components/auth/CodeStep.tsx'
import { MailboxHint } from '#components/auth/MailboxHint.tsx'
import { safeNext } from '#domain/access/rules.ts'

export const metadata: Metadata = { title: 'Code eingeben', robots: { index: false } }

type Search = { next?: string; fehler?: string }

/** The page after asking for a link, to which people come back with the code from the mail. */
export default async function CodePage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, visitor, asked, search] = await Promise.all([pageCtx(), viewer(), pageCookie('prelogin'), searchParams])
  const next = safeNext(search.next)
  if (visitor) return <AlreadyIn {...alreadyIn(visitor, next)} />
  const login = paths.login({ next })
  if (!asked) return <NotAskedHere login={login} />
  return (
    <div className="column page">
      <CodeStep
        next={next}
        refused={refusalFor(search.fehler)}
        hrefs={{ send: paths.api.magicLink(), verify: paths.api.verify(), login }}
      />
      <MailboxHint href={ctx.settings.emulatorUrls.mailbox ?? null} />
    </div>
  )
}

/** Shown without the cookie of the browser that asked: no code can fit then, so there is no field for one. */
function NotAskedHere({ login }: { login: string }) {
  return (
    <div className="column page">
      <h1>Dieser Browser hat keinen Code angefordert.</h1>
      <p className="lead mt-4">
        Ein Code geht nur in dem Browser, in dem du ihn angefordert hast. Öffne hier den Link aus der Mail, der geht
        überall; oder lass dir neue schicken.
      </p>
      <a className="button button-primary mt-8" href={login}>
        Link und Code schicken
      </a>
    </div>
  )
}
