import { paths } from '#app/_http/paths.ts'
import { route } from '#app/_http/route.ts'

/** What a search engine may know: the shop, the free lessons, the legal texts. Paths need no XML escapes. */
export const GET = route({}, async ({ ctx: { content, settings } }) => {
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
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...pages.map((path) => `<url><loc>${settings.siteUrl}${path}</loc></url>`),
    '</urlset>',
    '',
  ].join('\n')
  return new Response(text, { headers: { 'content-type': 'application/xml; charset=utf-8' } })
})
