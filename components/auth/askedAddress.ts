const KEY = 'werkstatt.anmeldung'

/**
 * The address this tab asked a letter for. Phones discard tabs while somebody reads the mail; a tab's own storage comes
 * back with it. Without storage the code step only says less.
 */
export function rememberAddress(email: string): void {
  try {
    sessionStorage.setItem(KEY, email)
  } catch {}
}

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
