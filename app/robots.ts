import type { MetadataRoute } from 'next'
import { connection } from 'next/server'
import { pageCtx } from '#app/_http/viewer.ts'

/** Personal and token pages stay out of indexes; a sandbox stays out altogether. */
export default async function robots(): Promise<MetadataRoute.Robots> {
  await connection()
  const { settings } = await pageCtx()
  if (settings.sandbox) return { rules: { userAgent: '*', disallow: '/' } }
  const disallow = ['/api/', '/admin', '/konto', '/werkstatt', '/kauf/', '/anmelden', '/bestellen']
  return { rules: { userAgent: '*', allow: '/', disallow }, sitemap: `${settings.siteUrl}/sitemap.xml` }
}
