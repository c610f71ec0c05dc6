import type { Metadata } from 'next'
import { NothingHere } from '#components/site/NothingHere.tsx'

export const metadata: Metadata = { title: 'Nicht gefunden', robots: { index: false } }

export default function NotFound() {
  return <NothingHere />
}
