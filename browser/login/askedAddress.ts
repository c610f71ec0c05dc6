const KEY = 'werkstatt.anmeldung'

/**
 * Remembers for which address this tab asked a letter. In session storage, because phones discard tabs while somebody
 * reads the mail.
 */
export function rememberAddress(email: string): void {
  try {
    sessionStorage.setItem(KEY, email)
  } catch {}
}

/** null: this tab asked none, or has no storage; then the code step shows no address. */
export function askedAddress(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function forgetAddress(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {}
}
