import { isTouched } from '#browser/kit/typedField.ts'

const KEPT = 'bestellung'
/** As long as the checkout cookie. Milliseconds. */
const KEPT_FOR_MS = 60 * 60_000
const FIELDS = 'input:not([type="hidden"])'

const fieldsOf = (form: HTMLFormElement) => [...form.querySelectorAll<HTMLInputElement>(FIELDS)]
const isTick = ({ type }: HTMLInputElement) => type === 'checkbox'

/**
 * Keeps the order form's fields in this tab's session storage while a checkout lives: people who come back from Stripe,
 * or whose phone discarded the page, find address and ticks as they were.
 */
export function keepOrder(form: HTMLFormElement): void {
  const values = Object.fromEntries(
    fieldsOf(form).map((field) => [field.name, isTick(field) ? field.checked : field.value]),
  )
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), values }))
  } catch {
    // Without storage nothing is kept.
  }
}

/** Restores the fields, except those typed into before the scripts ran or restored by the browser. */
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
    // Without storage nothing was kept.
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
