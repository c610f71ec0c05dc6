import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { qrPattern } from '#libs/qr.ts'
import type { Issuer } from '#paper/desk.ts'
import { createPaper } from '#paper/draw/paper.ts'
import { certificatePdf } from '#paper/sheets/certificate.ts'
import { confirmationPdf } from '#paper/sheets/confirmation.ts'
import { notebookPdf } from '#paper/sheets/notebook.ts'
import type { Answer, Question } from '#paper/threadClient.ts'
import type { CertificateFacts, NotebookFacts } from '#ports'

/**
 * The program of the thread that draws documents, a bundle of its own: so web and worker load neither pdfkit nor
 * fontkit nor fonts, which are opened once here. It does one task for each message and answers it with one; the other
 * end is `paper/threadClient.ts`. A short task may overtake a notebook, which gives way while it is drawn.
 */

const paper = createPaper((workerData as { root: string }).root)

/** Notebooks that are being drawn, each until its last page was taken or its reader left. */
const books = new Map<number, AsyncIterator<Uint8Array>>()
let lastBook = 0

/** What may be asked for, by name; `paper/desk.ts` asks. */
const tasks: Record<string, (...input: never[]) => Promise<unknown>> = {
  confirmation: (stored: Record<string, unknown>) => confirmationPdf(paper, stored),
  certificate: (facts: CertificateFacts, issuer: Issuer) =>
    certificatePdf(paper, facts, { ...issuer, pattern: qrPattern }),
  print: paper.print,
  unprintable: paper.unprintable,
  async openBook(facts: NotebookFacts, site: { siteUrl: string }) {
    const { chunks, ...file } = await notebookPdf(paper, facts, site)
    const book = ++lastBook
    books.set(book, chunks[Symbol.asyncIterator]())
    return { book, ...file }
  },
  /** The next bytes, null at the end. */
  async nextPages(book: number) {
    const chunks = books.get(book)
    if (!chunks) throw new Error('This notebook is not open.')
    const { done, value } = await chunks.next()
    if (!done) return value
    books.delete(book)
    return null
  },
  async closeBook(book: number) {
    await books.get(book)?.return?.()
    books.delete(book)
  },
}

parentPort?.on('message', async ({ id, task, input }: Question) => {
  const answer = await perform(task, input).then(
    (value): Answer => ({ id, value }),
    (error: Error): Answer => ({ id, error: error.stack ?? String(error) }),
  )
  parentPort?.postMessage(answer)
})

async function perform(task: string, input: unknown[]): Promise<unknown> {
  const work = tasks[task]
  if (!work) throw new Error(`There is no task ${task}.`)
  return work(...(input as never[]))
}

/**
 * Lets requests go first. Only on Linux, where each thread has a priority; elsewhere the whole process would step back.
 */
function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), 5)
  } catch {
    // Drawing works at normal priority too.
  }
}
if (process.platform === 'linux') stepBack()
