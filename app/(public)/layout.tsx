import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { courseInBrief, sharing } from '#app/_pages/sharing.ts'

export const generateMetadata = async (): Promise<Metadata> => sharing(await courseInBrief())

/** Pages that may be shared. */
export default function SharedLayout({ children }: { children: ReactNode }) {
  return children
}
