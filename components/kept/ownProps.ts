/** The element in which our server writes a learner's own data; `app/layout.tsx` has its place. */
export const OWN_DATA = 'own'

let read: Record<string, unknown> | null = null

/**
 * What belongs to this learner on a kept page: the props of the part with this name, from the document's own data. Null
 * where there is none. The same object each time.
 */
export function ownProps<Props>(name: string): Props | null {
  if (typeof document === 'undefined') return null
  read ??= JSON.parse(document.querySelector(`[data-slot="${OWN_DATA}"]`)?.textContent || '{}') as Record<
    string,
    unknown
  >
  return (read[name] as Props | undefined) ?? null
}
