import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { buildId } from '#app/_http/buildId.ts'
import { isForLearners } from '#app/_http/pageStatus.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { Foot } from '#app/_pages/Foot.tsx'
import { courseInBrief } from '#app/_pages/sharing.ts'
import { Slot } from '#app/_parts/Slot.tsx'
import { fontVariables } from '#app/fonts.ts'
import { EarlyReplay } from '#components/early/EarlyReplay.tsx'
import { earlyScript } from '#components/early/earlyScript.ts'
import { OWN_DATA } from '#components/kept/ownProps.ts'
import { SlotBox } from '#components/kept/SlotBox.tsx'
import { OwnKeeper } from '#components/offline/OwnKeeper.tsx'
import { AnchorHistory } from '#components/site/AnchorHistory.tsx'
import { Header } from '#components/site/Header.tsx'
import { NewVersion } from '#components/site/NewVersion.tsx'
import { OnTheWay } from '#components/site/OnTheWay.tsx'
import { ThemeScript } from '#components/site/ThemeScript.tsx'
import { isOperator } from '#domain/access/rules.ts'
import { drawSandboxBand } from '#parts/frame.tsx'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const { content, settings } = await pageCtx()
  const { title } = content.course()
  return {
    metadataBase: new URL(settings.siteUrl),
    title: { default: title, template: `%s · ${title}` },
    description: await courseInBrief(),
    manifest: '/manifest.webmanifest',
    formatDetection: { telephone: false, email: false, address: false },
  }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#F5F0E6' },
    { media: '(prefers-color-scheme: dark)', color: '#171614' },
  ],
}

/** The nonce of this request, from the policy header that `proxy.ts` put on the request. */
function nonceOf(requestHeaders: Headers): string | undefined {
  const policy = requestHeaders.get('content-security-policy') ?? ''
  return requestHeaders.get('x-nonce') ?? /'nonce-([^']+)'/.exec(policy)?.[1] ?? undefined
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered per request, because a static page cannot contain a nonce.
  await connection()
  const [ctx, visitor, requestHeaders] = await Promise.all([pageCtx(), viewer(), headers()])
  const { operator, emulated, emulatorUrls } = ctx.settings
  const title = ctx.content.course().title
  return (
    <html lang="de" className={fontVariables} data-build={buildId} suppressHydrationWarning>
      <head>
        <ThemeScript nonce={nonceOf(requestHeaders)} />
        <Slot id="frueh" as="script" nonce={nonceOf(requestHeaders)} html={earlyScript} />
      </head>
      <body>
        <a className="skip" href="#inhalt">
          Zum Inhalt springen
        </a>
        <OnTheWay />
        {emulated.length > 0 && (
          <Slot
            id="probebetrieb"
            as="aside"
            className="band band-sandbox"
            aria-label="Hinweis zum Probebetrieb"
            html={drawSandboxBand({ emulated, urls: emulatorUrls })}
          />
        )}
        <Header
          title={title}
          person={visitor ? { owner: visitor.courses.length > 0, admin: isOperator(visitor) } : null}
        />
        <main id="inhalt" tabIndex={-1}>
          {children}
        </main>
        <NewVersion />
        <AnchorHistory />
        {visitor && visitor.courses.length > 0 && (
          <OwnKeeper name="learner" given={isForLearners() ? null : { learnerId: visitor.personId }} />
        )}
        <Foot title={title} operator={operator} />
        <EarlyReplay />
        {isForLearners() && <SlotBox id={OWN_DATA} as="script" type="application/json" html="" />}
      </body>
    </html>
  )
}
