import type { StoredEvent } from '#ports'

/** „stripe-evt_1…“: an event's source and id, for use in a URL. */
export const eventKey = ({ source, id }: Pick<StoredEvent, 'source' | 'id'>) => `${source}-${id}`

/** The reverse of `eventKey`; null for anything else. */
export function parseEventKey(key: string): Pick<StoredEvent, 'source' | 'id'> | null {
  const [, source, id] = /^(stripe|bunny|resend)-([\x21-\x7e]{1,255})$/.exec(key) ?? []
  return source && id ? { source: source as StoredEvent['source'], id } : null
}
