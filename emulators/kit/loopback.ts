/** Throws unless the address is on this machine: an emulator must not send webhooks to a real shop. */
export function requireLoopback(name: string, url: string | null | undefined): void {
  if (url && !['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname))
    throw new Error(`${name} must be a loopback address; the emulator does not run beside a public shop.`)
}
