import type { MetadataRoute } from 'next'
import { connection } from 'next/server'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'

/** What a search engine may know: the shop, the free lessons, the legal texts. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  await connection()
  const { content, settings } = await pageCtx()
  const free = content.course().lessons.filter((lesson) => lesson.free)
  const pages = [
    paths.home(),
    paths.course(),
    ...free.map((lesson) => paths.lesson(lesson.slug)),
    paths.imprint(),
    paths.privacy(),
    paths.terms(),
    paths.withdrawal(),
    paths.accessibility(),
  ]
  return pages.map((path) => ({ url: `${settings.siteUrl}${path}` }))
}
