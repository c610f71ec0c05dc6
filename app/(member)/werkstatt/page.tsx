import type { Metadata } from 'next'
import { isForLearners } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { Slot } from '#app/_parts/Slot.tsx'
import { drawWorkshop, WORKSHOP_SLOT } from '#parts/workshop.tsx'

export const metadata: Metadata = { title: 'Werkbank', robots: { index: false } }

export default async function WorkshopPage() {
  const viewer = await requireViewer(paths.workshop())
  const html = isForLearners() ? null : await drawWorkshop(await pageCtx(), viewer)
  return <Slot id={WORKSHOP_SLOT} className="contents" html={html} />
}
