import { CircleAlert } from 'lucide-react'

/** The sentence beside a field; the field points to it with `aria-describedby`. */
export function FieldError({ id, text }: { id: string; text: string | undefined }) {
  if (!text) return null
  return (
    <p className="field-error" id={id}>
      <CircleAlert size={20} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none" />
      {text}
    </p>
  )
}
