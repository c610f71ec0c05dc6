import { isTouched } from '#components/early/useTyped.ts'

/**
 * What stands in the order form, kept by this tab alone for as long as a checkout lives: whoever comes back from
 * Stripe, by the browser's button or by Stripe's link, or whose phone threw the page away, finds address and ticks as
 * they were.
 */
const KEPT = 'bestellung'
/** As long as the checkout cookie. Milliseconds. */
const KEPT_FOR_MS = 60 * 60_000
const FIELDS = 'input:not([type="hidden"])'

const fieldsOf = (form: HTMLFormElement) => [...form.querySelectorAll<HTMLInputElement>(FIELDS)]
const isTick = ({ type }: HTMLInputElement) => type === 'checkbox'

export function keepOrder(form: HTMLFormElement): void {
  const values = Object.fromEntries(
    fieldsOf(form).map((field) => [field.name, isTick(field) ? field.checked : field.value]),
  )
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), values }))
  } catch {
    // A browser without storage has its own memory of forms, or none.
  }
}

/** Puts it back, field by field, but not over what was typed before the scripts came or what the browser restored. */
export function restoreOrder(form: HTMLFormElement): void {
  const fields = fieldsOf(form)
  const values = kept()
  for (const field of fields) {
    if (isTouched(field)) continue
    const value = values[field.name]
    if (typeof value === 'boolean' && isTick(field)) field.checked = value
    else if (typeof value === 'string' && value !== '') field.value = value
  }
  if (fields.some(isTouched)) keepOrder(form)
}

export function forgetOrder(): void {
  try {
    sessionStorage.removeItem(KEPT)
  } catch {
    // Nothing was kept either.
  }
}

function kept(): Record<string, unknown> {
  try {
    const { at, values } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}')
    return typeof at === 'number' && Date.now() - at < KEPT_FOR_MS && values ? values : {}
  } catch {
    return {}
  }
}
