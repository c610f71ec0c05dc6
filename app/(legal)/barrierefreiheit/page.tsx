import type { Metadata } from 'next'
import { pageCtx } from '#app/_http/viewer.ts'
import { LegalText } from '#components/site/LegalText.tsx'

export const metadata: Metadata = { title: 'Barrierefreiheit', alternates: { canonical: '/barrierefreiheit' } }

export default async function Page() {
  const { content } = await pageCtx()
  return <LegalText title="Barrierefreiheit" html={content.legalHtml('barrierefreiheit')} />
}
