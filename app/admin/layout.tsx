import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import '#components/admin/admin.css'

export const metadata: Metadata = {
  title: { default: 'Verwaltung', template: '%s · Verwaltung' },
  robots: { index: false, follow: false },
}

/** Only the look: every page asks for the operator itself, because Next renders layout and page side by side. */
export default function AdminLayout({ children }: { children: ReactNode }) {
  return children
}
