/**
 * Texts typed on a page that was left before its scripts arrived. `earlyScript` puts them into this tab's session
 * storage under the field's `data-left`; `useTyped` takes them out when the same field is shown again. The name
 * contains the learner's id, so that nobody else gets the text.
 */
export const LEFT = 'liegengeblieben'

export type LeftTyped = string | boolean

const read = (): Record<string, LeftTyped> => {
  try {
    return JSON.parse(sessionStorage.getItem(LEFT) ?? '{}')
  } catch {
    return {}
  }
}

/** Answers a left text once; undefined without one. */
export function takeLeft(name: string): LeftTyped | undefined {
  const { [name]: found, ...rest } = read()
  if (found === undefined) return undefined
  try {
    if (Object.keys(rest).length > 0) sessionStorage.setItem(LEFT, JSON.stringify(rest))
    else sessionStorage.removeItem(LEFT)
  } catch {
    // If it cannot be removed it appears again later: shown twice is better than lost.
  }
  return found
}

/** For a logout: removes all left texts. */
export function forgetLeft(): void {
  try {
    sessionStorage.removeItem(LEFT)
  } catch {
    // Without storage there are no left texts.
  }
}
