import { deflateSync } from 'node:zlib'
import type PDFKit from 'pdfkit'
import { invariant } from '#errors'

interface Content {
  compress: boolean
  data: Record<string, unknown>
  buffer: Uint8Array[]
  write(chunk: string | Uint8Array): void
  finalize(): void
}
interface Insides {
  page: { content: Content }
  _write(data: string | Uint8Array): void
  _offset: number
  _waiting: number
}

export interface Output {
  /** What has been written since the last call; pages that are still open are not in it. */
  take(): Buffer
  /** Ends the document; answers what was not taken yet. */
  end(): Buffer
}

const bytesOf = (chunk: string | Uint8Array) =>
  typeof chunk === 'string' ? Buffer.from(`${chunk}\n`, 'latin1') : chunk

/**
 * Takes over what pdfkit does with every line it writes: it copies each by itself and sends it through a stream, a
 * third of the work of a short document. Here the lines of a page are joined once, and so is the file; the bytes are
 * the same. Reaches into pdfkit, whose version is pinned.
 */
export function gatherOutput(doc: PDFKit.PDFDocument): Output {
  const inside = doc as unknown as Insides
  // The file's first line was written before we came.
  const begun = doc.read() as Buffer | null
  const file: Uint8Array[] = begun ? [begun] : []
  const take = () => Buffer.concat(file.splice(0))
  inside._write = (data) => {
    const bytes = bytesOf(data)
    file.push(bytes)
    inside._offset += bytes.length
  }
  gatherPage(inside.page.content)
  doc.on('pageAdded', () => gatherPage(inside.page.content))
  return {
    take,
    end() {
      doc.end()
      invariant(inside._waiting === 0, 'pdfkit ends a document at once')
      return take()
    },
  }
}

function gatherPage(content: Content): void {
  const write = content.write.bind(content)
  const finalize = content.finalize.bind(content)
  // Each page begins with a line of its own before we hear of it.
  const lines = content.buffer
  content.buffer = []
  let text = ''
  content.write = (chunk) => {
    if (typeof chunk === 'string') text += `${chunk}\n`
    else {
      lines.push(Buffer.from(text, 'latin1'), chunk)
      text = ''
    }
  }
  content.finalize = () => {
    content.compress = false
    content.data.Filter = 'FlateDecode'
    // The quickest level: a page is seven kilobytes, and a tighter one would save six hundred bytes.
    write(deflateSync(Buffer.concat([...lines, Buffer.from(text, 'latin1')]), { level: 1 }))
    finalize()
  }
}
