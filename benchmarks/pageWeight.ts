import { gzipSync } from 'node:zlib'
import type { BareNext } from './bareNext.ts'
import type { Learner } from './learners.ts'
import { lessonPath } from './learning.ts'
import { kB, type Report } from './report.ts'
import type { Shop } from './shop.ts'

const START_BYTES = 15_000
const LESSON_BYTES = 30_000

/** Every script a page names, gzipped, in bytes; without what only browsers without modules load. */
async function scriptsOf(url: string, cookie = ''): Promise<number> {
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' })
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
  const page = await answer.text()
  const old = new Set(
    [...page.matchAll(/<script[^>]*noModule[^>]*>/gi)].flatMap(([tag]) => tag.match(pathPattern) ?? []),
  )
  const paths = new Set([...page.matchAll(pathPattern)].map(([path]) => path))
  let bytes = 0
  for (const path of paths) {
    if (old.has(path)) continue
    const script = await fetch(new URL(path, url))
    if (!script.ok) throw new Error(`${path} answered ${script.status}`)
    bytes += gzipSync(new Uint8Array(await script.arrayBuffer())).length
  }
  return bytes
}

const pathPattern = /\/_next\/static\/[\w./~%-]+?\.js/g

/** What a page adds to Next and React themselves, which the bare app shows. */
export async function measureScripts(shop: Shop, bare: BareNext, learner: Learner, report: Report): Promise<void> {
  const framework = await scriptsOf(bare.origin)
  const start = (await scriptsOf(shop.origin)) - framework
  const lesson = (await scriptsOf(`${shop.origin}${lessonPath()}`, learner.cookie)) - framework
  report.title('JavaScript, gzip, before anything is played')
  report.note('Next and React alone (bare app)', kB(framework))
  report.judge('start page adds', kB(start), '≤ 15 kB', start <= START_BYTES)
  report.judge('lesson page adds', kB(lesson), '≤ 30 kB', lesson <= LESSON_BYTES)
}
