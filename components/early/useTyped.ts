import { type RefObject, useLayoutEffect, useRef } from 'react'
import { type LeftTyped, takeLeft } from '#browser/kit/leftTyped.ts'
import { isTouched, type TypedField } from '#browser/kit/typedField.ts'

/**
 * For controlled fields: hands over, once and before a render can overwrite it, what was typed before the scripts ran.
 * Outside of a form with `name` and `action` such a field also needs `autoComplete="off"`, because a browser may
 * restore an old page's values. Forms with uncontrolled fields need no hook: they read `FormData`. A field with
 * `data-left` also gets the text left on an earlier page (`leftTyped.ts`).
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

/** Adds the left text behind a text that is there already: a draft of this device, or typed meanwhile. */
function put(field: TypedField, left: LeftTyped): void {
  if (typeof left === 'string') field.value = field.value && field.value !== left ? `${field.value}\n${left}` : left
  else if ('checked' in field) field.checked = left
}
