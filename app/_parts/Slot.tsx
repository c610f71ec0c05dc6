import { keepSlot } from '#app/_http/pageStatus.ts'
import { SlotBox, type SlotBoxProps } from '#components/kept/SlotBox.tsx'

/**
 * Ready html in a page. On a page that our server keeps, the html goes to our server instead of into the page's data;
 * null: each learner has their own, which our server puts there with each answer.
 */
export function Slot({ html, ...box }: SlotBoxProps) {
  const kept = keepSlot(box.id, html)
  return <SlotBox {...box} html={kept ? null : html} />
}
