import type { Metadata } from 'next'
import { Shell } from '#components/offline/Shell.tsx'

export const metadata: Metadata = { title: 'Unterwegs', robots: { index: false } }

/** Contains nothing personal: a device stores this page, and fills it from what else it has stored. */
export default function OfflinePage() {
  return (
    <div className="column page">
      <Shell />
    </div>
  )
}
