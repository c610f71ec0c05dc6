import { AppError, isAppError } from '#errors'
import type { Sheet } from '#paper/draw/sheet.ts'
import { createPaperThread, type PaperThread } from '#paper/threadClient.ts'
import type { Attachment, CertificateFacts, Log, NotebookFacts, Operator, StreamedFile } from '#ports'

/** How many documents one process draws at once; further requests wait, or are refused with `paper_busy`. */
export const paperLimits = {
  /**
   * MB that the thread's heap must have; `start/limits.ts` gives more where there is more. A notebook at its limits
   * needs some 110 until its last page, because pdfkit keeps each tag.
   */
  heapMb: 320,
  /** Notebooks drawn at the same time: a reader who is slow must not hold up everybody else. */
  books: 2,
  /** Notebooks waiting for their turn. */
  waitingBooks: 6,
  /** Certificates, confirmations and legal texts asked for and not made yet; each takes some 20 ms. */
  sheets: 40,
  /** Seconds after which a refused reader may ask again (`Retry-After`). */
  comeBack: 20,
  /** Milliseconds a reader may take for the next chunk of a notebook. */
  readerMs: 30_000,
  /** Milliseconds until a silent thread counts as stuck. */
  answerMs: 60_000,
}
export type PaperLimits = typeof paperLimits

/** Who confirms, and where that can be checked. */
export interface Issuer {
  operator: Operator
  siteUrl: string
}

/** Who reads a notebook. */
export interface Reader {
  /** One person gets one notebook at a time. */
  personId: string
  /** Aborts when the reader leaves. */
  signal?: AbortSignal
}

/**
 * Where the rest of the program asks for documents. The desk lets so many be drawn at once and so many wait, and hands
 * them to the thread that draws (`paper/threadClient.ts`). Throws `paper_busy` (too many wait) and `paper_under_way`
 * (this person's other notebook is not finished), both with `retryAfter` in seconds, and `paper_failed` (the thread
 * broke; the next document gets another).
 */
export interface PaperDesk {
  /** The confirmation of a contract, from its welcome letter's frozen inputs. */
  confirmation(stored: Record<string, unknown>): Promise<Attachment>
  certificate(facts: CertificateFacts, issuer: Issuer): Promise<Attachment>
  /** Any sheet of blocks; the bytes of its PDF. */
  print(sheet: Sheet): Promise<Buffer>
  /** Characters that no face has, each once. */
  unprintable(text: string): Promise<string[]>
  /** Answers when the first bytes are there; more is drawn as it is read. Ends with the iterator's `return()`. */
  notebook(facts: NotebookFacts, site: { siteUrl: string }, reader: Reader): Promise<StreamedFile>
  close(): Promise<void>
}

type Options = { file: URL; root: string; log: Log; limits?: PaperLimits }

export function createPaperDesk({ file, root, log, limits = paperLimits }: Options): PaperDesk {
  const thread = createPaperThread({ file, root, log, ...limits })
  const turns = createTurns(limits)
  let sheets = 0

  async function draw<Value>(task: string, ...input: unknown[]): Promise<Value> {
    if (sheets >= limits.sheets) throw new AppError('paper_busy', task, { retryAfter: limits.comeBack })
    sheets++
    try {
      return await thread.ask<Value>(task, ...input)
    } catch (error) {
      throw failed(error)
    } finally {
      sheets--
    }
  }

  return {
    confirmation: async (stored) => attached(await draw<Attachment>('confirmation', stored)),
    certificate: async (facts, issuer) => attached(await draw<Attachment>('certificate', facts, issuer)),
    print: async (sheet) => bufferOf(await draw<Uint8Array>('print', sheet)),
    unprintable: (text) => draw<string[]>('unprintable', text),
    async notebook(facts, site, reader) {
      const end = await turns.take(reader)
      return openBook({ thread, readerMs: limits.readerMs, end }, facts, site, reader.signal).catch((error) => {
        end()
        throw failed(error, aBook)
      })
    },
    close: () => thread.close(),
  }
}

/** Detail of refusals for a notebook: the page then offers it as text, which certificates do not have. */
const aBook = { book: true }

const failed = (error: unknown, facts?: typeof aBook) =>
  isAppError(error) ? error : new AppError('paper_failed', String(error), { cause: error, facts })

/** A `Buffer` sent by a thread arrives as a plain `Uint8Array`. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
const attached = (file: Attachment): Attachment => ({ ...file, content: bufferOf(file.content) })

/** Limits how many notebooks are drawn at once and how many wait, and allows one for each person. */
function createTurns(limits: PaperLimits) {
  const people = new Set<string>()
  const waiting: (() => void)[] = []
  let drawn = 0

  /** Answers when it is this person's turn, with a function that ends the turn; calling that twice is harmless. */
  async function take({ personId, signal }: Reader): Promise<() => void> {
    const retryAfter = limits.comeBack
    signal?.throwIfAborted()
    if (people.has(personId)) throw new AppError('paper_under_way', 'one at a time', { retryAfter })
    if (drawn >= limits.books && waiting.length >= limits.waitingBooks)
      throw new AppError('paper_busy', 'notebooks', { retryAfter, facts: aBook })
    people.add(personId)
    if (drawn >= limits.books) {
      try {
        await waitInLine(signal)
      } catch (error) {
        people.delete(personId)
        throw error
      }
    } else drawn++
    let over = false
    return () => {
      if (over) return
      over = true
      people.delete(personId)
      const next = waiting.shift()
      if (next) next()
      else drawn--
    }
  }

  /** Waits in the line until it is this one's turn; whoever leaves frees the place. */
  const waitInLine = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(begin), 1)
        reject(signal?.reason)
      }
      const begin = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      waiting.push(begin)
      signal?.addEventListener('abort', leave, { once: true })
    })

  return { take }
}

interface Desk {
  thread: PaperThread
  readerMs: number
  /** Gives the turn back. */
  end(): void
}

/** Asks for the first chunk, and then for each when the one before is taken: a slow reader stops the drawing. */
async function openBook(
  { thread, readerMs, end }: Desk,
  facts: NotebookFacts,
  site: { siteUrl: string },
  signal?: AbortSignal,
): Promise<StreamedFile> {
  const { book, ...file } = await thread.ask<{ book: number; filename: string; contentType: string }>(
    'openBook',
    facts,
    site,
  )
  let ended: Error | true | null = null
  let isDrawn = false
  let patience: NodeJS.Timeout | undefined
  const stop = (why: Error | true) => {
    if (ended) return
    ended = why
    clearTimeout(patience)
    signal?.removeEventListener('abort', leave)
    if (!isDrawn) void thread.ask('closeBook', book).catch(() => {})
    end()
  }
  const leave = () => stop(new AppError('paper_failed', 'the reader left'))
  const ask = async (): Promise<IteratorResult<Uint8Array>> => {
    clearTimeout(patience)
    const bytes = await thread.ask<Uint8Array | null>('nextPages', book)
    if (ended instanceof Error) throw ended
    if (!bytes || ended) {
      isDrawn = bytes === null
      stop(true)
      return { done: true, value: undefined }
    }
    patience = setTimeout(() => stop(new AppError('paper_failed', 'the reader stopped reading')), readerMs).unref()
    return { done: false, value: bytes }
  }
  const next = () =>
    ask().catch((error) => {
      stop(error)
      throw failed(error, aBook)
    })
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave, { once: true })
  let first: IteratorResult<Uint8Array> | null = await next()
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (ended instanceof Error) throw ended
      const found = first ?? (ended ? { done: true as const, value: undefined } : await next())
      first = null
      return found
    },
    async return() {
      stop(true)
      return { done: true, value: undefined }
    },
  }
  return { ...file, chunks: { [Symbol.asyncIterator]: () => iterator } }
}
