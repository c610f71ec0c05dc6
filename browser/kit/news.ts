/**
 * Messages of one kind: every part of the page gets them, and other tabs of this browser get those that `isShared`
 * allows.
 */
export interface News<Message> {
  announce(message: Message): void
  /** Answers a function that ends the listening. */
  listen(listener: (message: Message) => void): () => void
}

/** `name` is the same in every tab and every version of a page. */
export function createNews<Message>(name: string, isShared: (message: Message) => boolean): News<Message> {
  let channel: BroadcastChannel | null = null

  const announceHere = (message: Message): void => {
    window.dispatchEvent(new CustomEvent(name, { detail: message }))
  }
  const openChannel = (): BroadcastChannel | null => {
    if (channel || typeof BroadcastChannel === 'undefined') return channel
    channel = new BroadcastChannel(name)
    channel.onmessage = (event: MessageEvent<Message>) => announceHere(event.data)
    return channel
  }
  return {
    announce(message) {
      announceHere(message)
      if (isShared(message)) openChannel()?.postMessage(message)
    },
    listen(listener) {
      openChannel()
      const handler = (event: Event) => listener((event as CustomEvent<Message>).detail)
      window.addEventListener(name, handler)
      return () => window.removeEventListener(name, handler)
    },
  }
}
