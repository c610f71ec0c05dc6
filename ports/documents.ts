import type { Db } from './database.ts'

/** A file that is attached to a letter. */
export interface Attachment {
  filename: string
  contentType: string
  content: Buffer
}

/** A file that is made while it is read. */
export interface StreamedFile {
  filename: string
  contentType: string
  chunks: AsyncIterable<Uint8Array>
}

/** Ids of stored PDFs; frozen in a letter's inputs. */
export interface LegalDocuments {
  terms: string
  /** Instruction with the model form. */
  withdrawal: string
}

/**
 * All PDFs, drawn in a thread of their own. Those that letters attach are stored once, so that what is sent again or
 * downloaded later has the same bytes. Whatever must be drawn may throw `paper_busy` (too many wait) or `paper_failed`
 * (the thread broke; the next document gets another).
 */
export interface Documents {
  /**
   * Ids of the present legal texts, the terms in the version that was accepted if that one is stored. The first call
   * for a new text draws and stores both (about 100 ms, so call it once before a transaction); every later one answers
   * from memory. Null when they cannot be drawn, because no order may wait for that. Throws `database_unavailable`.
   */
  legal(db: Db, acceptedTerms?: string): Promise<LegalDocuments | null>
  /**
   * The confirmation of one contract: drawn from the letter's frozen inputs by the first call, afterwards the stored
   * one.
   */
  confirmation(db: Db, letter: { id: string; attempts: number; inputs: Record<string, unknown> }): Promise<Attachment>
  /** A stored PDF by its id. Throws `not_found`. */
  read(db: Db, id: string): Promise<Attachment>
  /** A Teilnahmebestätigung, made anew each time: the same facts give the same bytes. */
  participation(facts: CertificateFacts): Promise<Attachment>
  /**
   * „Mein Werkstatt-Heft“; a character that none of our fonts has becomes a box. Answers when the first bytes are there
   * and draws on while it is read. Also throws `paper_under_way`: one at a time for a person.
   */
  notebook(facts: NotebookFacts, reader: { personId: string; signal?: AbortSignal }): Promise<StreamedFile>
  /** The characters of a name that none of our fonts has, each once; empty: it can be printed. */
  unprintable(name: string): Promise<string[]>
}

export interface CertificateFacts {
  number: string
  name: string
  courseTitle: string
  /** „2026-11-25“ */
  completedOn: string
  lessons: number
  minutes: number
  /** Lessons of each module, for the drawing. */
  modules: number[]
}

/** The filtered notebook of a learner; empty chapters and lessons are left out. */
export interface NotebookFacts {
  name: string | null
  courseTitle: string
  at: Date
  /** What was asked for; nulls and `alles` for everything. */
  filter: {
    module: { number: number; title: string } | 'former' | null
    kind: 'alles' | 'notizen' | 'merkstellen' | 'haken'
    text: string
  }
  chapters: {
    /** null: lessons that are no longer in the course. */
    module: { number: number; title: string } | null
    lessons: {
      lesson: { slug: string; number: number; title: string } | null
      notes: NotebookEntry[]
      bookmarks: NotebookEntry[]
      checklist: { text: string; ticked: boolean }[]
    }[]
  }[]
}

export interface NotebookEntry {
  /** Seconds of the film; null: about the lesson as a whole. */
  second: number | null
  /** Markdown as typed; plain text for a bookmark. */
  body: string
  copyOf: string | null
}
