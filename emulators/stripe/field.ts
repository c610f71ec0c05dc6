import { type Html, html, raw } from '../kit/page.ts'

/** One labelled text field of the payment page, with its error and hint tied to it. */
export function field(input: {
  name: string
  label: string
  values: Record<string, string>
  errors: Record<string, string>
  autocomplete: string
  type?: string
  inputmode?: string
  hint?: string
}): Html {
  const error = input.errors[input.name]
  const describedBy = [error ? `${input.name}-fehler` : '', input.hint ? `${input.name}-hinweis` : ''].filter(Boolean)
  return html`<div><label for="${input.name}">${input.label}</label>
${error ? html`<p class="error" id="${input.name}-fehler">${error}</p>` : ''}
<input id="${input.name}" name="${input.name}" type="${input.type ?? 'text'}" value="${input.values[input.name] ?? ''}" autocomplete="${input.autocomplete}"
${input.inputmode ? raw(`inputmode="${input.inputmode}"`) : ''} ${describedBy.length > 0 ? raw(`aria-describedby="${describedBy.join(' ')}"`) : ''} ${error ? raw('aria-invalid="true"') : ''}>
${input.hint ? html`<p class="hint" id="${input.name}-hinweis">${input.hint}</p>` : ''}</div>`
}
