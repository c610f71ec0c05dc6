import { route } from '#app/_http/route.ts'

/** Makes the site installable, in its own colours; opens the learner's page. */
const manifest = {
  name: 'Die Produktivitäts-Werkstatt',
  short_name: 'Werkstatt',
  description: 'Dein Kurs: weiter, wo du aufgehört hast, und lesbar auch ohne Netz.',
  lang: 'de',
  start_url: '/werkstatt',
  scope: '/',
  display: 'standalone',
  background_color: '#F5F0E6',
  theme_color: '#F5F0E6',
  icons: [
    { src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  shortcuts: [
    { name: 'Suche', url: '/suche' },
    { name: 'Mein Werkstatt-Heft', url: '/heft' },
    { name: 'Mein Wochenplan', url: '/plan' },
  ],
}

export const GET = route(
  {},
  async () =>
    new Response(JSON.stringify(manifest), {
      headers: { 'content-type': 'application/manifest+json; charset=utf-8', 'cache-control': 'public, max-age=3600' },
    }),
)
