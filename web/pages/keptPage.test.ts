import { createHash } from 'node:crypto'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { keepPage, scriptHashes } from './keptPage.ts'

const sourceOf = (script: string) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

describe('scriptHashes', () => {
  it('names each inline script once, and neither files nor data', () => {
    const html =
      '<script>a()</script><script src="/x.js" async=""></script><script id="_R_">b("ü</p>")</script>' +
      '<script>a()</script><script type="application/json" data-slot="own">{}</script>'
    expect(scriptHashes(html)).toEqual([sourceOf('a()'), sourceOf('b("ü</p>")')])
  })
})

describe('keepPage', () => {
  it('has the same text in each encoding, each with an ETag of its own', async () => {
    const html = `<h1>Grüße</h1>${'Werkstatt '.repeat(500)}`
    const page = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, html, whole: true }
    const { bodies, headers } = await keepPage(page, (scripts) => ({ policy: scripts.join(' ') }))
    expect(bodies.identity.bytes.toString()).toBe(html)
    expect(gunzipSync(bodies.gzip.bytes).toString()).toBe(html)
    expect(brotliDecompressSync(bodies.br.bytes).toString()).toBe(html)
    expect(new Set(Object.values(bodies).map(({ etag }) => etag)).size).toBe(3)
    expect(headers).toEqual({ policy: '', 'content-type': 'text/html; charset=utf-8' })
  })
})
