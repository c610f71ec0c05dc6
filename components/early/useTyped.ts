import { type RefObject, useLayoutEffect, useRef } from 'react'
import { type LeftTyped, takeLeft } from '#browser/kit/leftTyped.ts'

export type TypedField = HTMLInputElement | HTMLTextAreaElement

/**
 * For fields whose value React keeps: hands over, once and before any drawing can wipe it, what stands in them from
 * before the scripts came. Without `name` and `action` such a field needs `autoComplete="off"` too, or a browser that
 * restores an old page would speak for its reader. Forms need no hook: they keep no value and read `FormData`.
 * A field with `data-left` also gets what was left in it on a page that never heard (`leftTyped.ts`).
 *
 * @param root the field itself or what it stands in
 * @param take gets each field whose text, or tick, is not what the server drew
 */
export function useTyped(root: RefObject<HTMLElement | null>, take: (field: TypedField) => void): void {
  const newest = useRef(take)
  newest.current = take
  useLayoutEffect(() => {
    const place = root.current
    if (!place) return
    const fields = place.matches(FIELDS) ? [place] : place.querySelectorAll(FIELDS)
    for (const field of fields as Iterable<TypedField>) {
      const left = field.dataset.left ? takeLeft(field.dataset.left) : undefined
      if (left !== undefined) put(field, left)
      if (isTouched(field)) newest.current(field)
    }
  }, [root])
}

const FIELDS = 'input, textarea'

/** Behind what stands there: a draft of this device, or what was typed on this page meanwhile. */
function put(field: TypedField, left: LeftTyped): void {
  if (typeof left === 'string') field.value = field.value && field.value !== left ? `${field.value}\n${left}` : left
  else if ('checked' in field) field.checked = left
}

/** Whether it shows something else than the server drew: typed, filled in or restored by the browser. */
export const isTouched = (field: TypedField) =>
  'checked' in field && /^(checkbox|radio)$/.test(field.type)
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue
