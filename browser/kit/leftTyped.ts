/**
 * What was typed on a page that was left before its scripts came. `EarlyScript` puts it into this tab's own memory
 * under the field's `data-left`; `useTyped` takes it out where the same field is drawn again. A name holds the
 * learner's id, so that nobody else finds it.
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

/** Hands it over once; undefined if nothing was left. */
export function takeLeft(name: string): LeftTyped | undefined {
  const { [name]: found, ...rest } = read()
  if (found === undefined) return undefined
  try {
    if (Object.keys(rest).length > 0) sessionStorage.setItem(LEFT, JSON.stringify(rest))
    else sessionStorage.removeItem(LEFT)
  } catch {
    // A browser that could not forget it would bring it once more: shown twice is better than lost.
  }
  return found
}

/** For a logout. */
export function forgetLeft(): void {
  try {
    sessionStorage.removeItem(LEFT)
  } catch {
    // Without storage nothing was left either.
  }
}
