import { setImmediate as breathe } from 'node:timers/promises'
import type { NotebookData } from '#domain/learning/notes/notebookRules.ts'

/** Notes written as JSON at a time; a full book is four megabytes. */
const NOTES_AT_ONCE = 50

/** The whole book as JSON, written in pieces, so that other requests need not wait for it. */
export function wholeBook({ notes, ...frame }: NotebookData): Response {
  const utf8 = new TextEncoder()
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    start: (to) => to.enqueue(utf8.encode(`${JSON.stringify(frame).slice(0, -1)},"notes":[`)),
    async pull(to) {
      await breathe()
      const part = notes.slice(at, at + NOTES_AT_ONCE).map((note) => JSON.stringify(note))
      if (part.length > 0) to.enqueue(utf8.encode(`${at > 0 ? ',' : ''}${part.join(',')}`))
      at += NOTES_AT_ONCE
      if (at < notes.length) return
      to.enqueue(utf8.encode(']}'))
      to.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
}
