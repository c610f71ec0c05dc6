import { CircleAlert } from 'lucide'
import { Icon } from '#components/ui/Icon.tsx'

/** The sentence beside a field; the field points to it with `aria-describedby`. */
export function FieldError({ id, text }: { id: string; text: string | undefined }) {
  if (!text) return null
  return (
    <p className="field-error" id={id}>
      <Icon of={CircleAlert} size={20} className="mt-0.5 flex-none" />
      {text}
    </p>
  )
}
