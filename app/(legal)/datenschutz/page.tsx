import type { Metadata } from 'next'
import { pageCtx } from '#app/_http/viewer.ts'
import { LegalText } from '#components/site/LegalText.tsx'

export const metadata: Metadata = { title: 'Datenschutz', alternates: { canonical: '/datenschutz' } }

export default async function Page() {
  const { content } = await pageCtx()
  return <LegalText title="Datenschutz" html={content.legalHtml('datenschutz')} />
}
