export type TypedField = HTMLInputElement | HTMLTextAreaElement

/** Whether a field differs from what the server rendered: typed, filled in or restored by the browser. */
export const isTouched = (field: TypedField): boolean =>
  'checked' in field && /^(checkbox|radio)$/.test(field.type)
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue
