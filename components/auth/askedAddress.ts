const KEY = 'werkstatt.anmeldung'

/**
 * The address for which this tab asked a letter. In session storage, because phones discard tabs while somebody reads
 * the mail. Without storage the code step shows no address.
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
