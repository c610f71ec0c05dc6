import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { cookieName } from '#app/_http/cookies.ts'
import { paths } from '#app/_http/paths.ts'
import { sentenceFor } from '#app/_http/respond.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { NotNow } from '#app/_pages/NotNow.tsx'
import { orAway } from '#app/_pages/orAway.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { type OrderAnswer, OrderStatus } from '#components/order/OrderStatus.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { provesBuyer } from '#domain/sales/checkout/provesBuyer.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { type ErrorCode, errorStatus } from '#errors'

export const metadata: Metadata = { title: 'Danke', robots: { index: false }, referrer: 'no-referrer' }

/** The status as this browser may see it: `unseen` when it did not open this checkout. */
async function statusFor(sessionId: string): Promise<OrderAnswer | 'unseen'> {
  const ctx = await pageCtx()
  const checkoutCookie = (await cookies()).get(cookieName('checkout', ctx.settings.siteUrl))?.value ?? null
  if (!(await provesBuyer(ctx, { sessionId, checkoutCookie, viewer: await viewer() }))) return 'unseen'
  const status = await orderStatus(ctx, sessionId)
  return status ? (JSON.parse(JSON.stringify(status)) as OrderAnswer) : 'unseen'
}

type Search = { session_id?: string; fehler?: string; adresse?: string }

export default async function ThanksPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, visitor, { session_id: sessionId = '', fehler, adresse }] = await Promise.all([
    pageCtx(),
    viewer(),
    searchParams,
  ])
  const known = typeof sessionId === 'string' && /^cs_[A-Za-z0-9_]{5,200}$/.test(sessionId)
  const { mailbox } = ctx.settings.emulatorUrls
  const refused = refusalFor(adresse)
  const { email: typed } = await typedBefore(refused)
  const first = known ? await orAway(statusFor(sessionId)) : 'unseen'
  if (!first)
    return (
      <NotNow
        title="Danke."
        safe="Deine Bestellung ist davon nicht betroffen: Was du bezahlt hast, meldet uns die Kasse auch später noch, und dann kommen Bestätigung und Link per Mail."
        href={paths.thanks(sessionId)}
      />
    )
  return (
    <div className="column page">
      {fehler && Object.hasOwn(errorStatus, fehler) && (
        <Notice kind="error" className="mb-8" title="Das hat nicht geklappt.">
          <p>{sentenceFor(fehler as ErrorCode)} Der Link in deiner Mail geht immer.</p>
        </Notice>
      )}
      <OrderStatus
        sessionId={known ? sessionId : null}
        first={first === 'unseen' ? null : first}
        loggedIn={visitor !== null && visitor.courses.length > 0}
        formKey={ctx.ids.uuid()}
        address={adresse === 'neu' ? 'done' : refused ? { refused, typed } : null}
        hrefs={{
          status: known ? paths.api.orderStatus(sessionId) : '',
          login: paths.login(),
          workshop: paths.workshop(),
          order: paths.order(),
          checkout: paths.api.checkout(),
          email: known ? paths.api.orderEmail(sessionId) : '',
          claim: paths.claim(),
          mailbox: mailbox ?? null,
        }}
      />
    </div>
  )
}
