import type { LetterRow } from '#domain/mail/listLetters.ts'

/** Of an order's letters, newest first, the oldest that carries the contract's files; null when none does. */
export function confirmingLetter(letters: LetterRow[]): LetterRow | null {
  const withFiles = ({ inputs }: LetterRow) =>
    typeof inputs.data === 'object' && inputs.data !== null && 'documents' in inputs.data && !!inputs.data.documents
  return letters.filter(withFiles).at(-1) ?? null
}
