import type { Metadata } from 'next'
import { pageCtx } from '#app/_http/viewer.ts'

const picture = {
  url: '/opengraph-image.png',
  type: 'image/png',
  width: 1200,
  height: 630,
  alt: 'Die Produktivitäts-Werkstatt: Arbeit, die fertig wird. Darunter ein gelber Zollstock, zur Hälfte aufgeklappt.',
}

/**
 * What others show of a link to a public page (Open Graph). Pages behind the login do without: nobody could open them.
 */
export async function sharing(description: string): Promise<Pick<Metadata, 'openGraph' | 'twitter'>> {
  const title = (await pageCtx()).content.course().title
  return {
    openGraph: { type: 'website', locale: 'de_DE', siteName: title, title, description, images: [picture] },
    twitter: { card: 'summary_large_image', images: [picture] },
  }
}

/** The course in a sentence. */
export async function courseInBrief(): Promise<string> {
  const { lessons, modules } = (await pageCtx()).content.course()
  return `Ein Videokurs über Arbeit, die fertig wird: ${modules.length} Module, ${lessons.length} kurze Lektionen, einmal bezahlt.`
}
