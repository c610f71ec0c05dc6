import type { Metadata } from 'next'
import { pageCtx } from '#app/_http/viewer.ts'
import { LegalText } from '#components/site/LegalText.tsx'

export const metadata: Metadata = { title: 'Impressum', alternates: { canonical: '/impressum' } }

export default async function Page() {
  const { content } = await pageCtx()
  return <LegalText title="Impressum" html={content.legalHtml('impressum')} />
}
