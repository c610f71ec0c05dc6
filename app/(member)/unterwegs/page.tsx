import type { Metadata } from 'next'
import { Shell } from '#components/offline/Shell.tsx'

export const metadata: Metadata = { title: 'Unterwegs', robots: { index: false } }

/** Holds nothing personal of its own: a device keeps this page, and what it shows comes from what it kept. */
export default function OfflinePage() {
  return (
    <div className="column page">
      <Shell />
    </div>
  )
}
