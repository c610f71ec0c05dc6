import type { LetterRow } from '#domain/mail/listLetters.ts'

/** The letter that confirmed a contract with files: the first one, a letter sent again tells the same. */
export function confirmingLetter(letters: LetterRow[]): LetterRow | null {
  const withFiles = ({ inputs }: LetterRow) =>
    typeof inputs.data === 'object' && inputs.data !== null && 'documents' in inputs.data && !!inputs.data.documents
  return letters.filter(withFiles).at(-1) ?? null
}
