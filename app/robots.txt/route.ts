import { route } from '#app/_http/route.ts'

/** Personal and token pages stay out of indexes; a sandbox stays out altogether. */
const personal = ['/api/', '/admin', '/konto', '/werkstatt', '/kauf/', '/anmelden', '/bestellen']

export const GET = route({}, async ({ ctx: { settings } }) => {
  const lines = settings.sandbox
    ? ['User-Agent: *', 'Disallow: /']
    : [
        'User-Agent: *',
        'Allow: /',
        ...personal.map((path) => `Disallow: ${path}`),
        '',
        `Sitemap: ${settings.siteUrl}/sitemap.xml`,
      ]
  return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
})
