'use client'

import type { ComponentProps } from 'react'
import { OwnPart } from '#components/kept/OwnPart.tsx'
import { NotesSection } from './NotesSection.tsx'

/** `NotesSection` on a page that may be kept. */
export function OwnNotes({ name, given }: { name: string; given: ComponentProps<typeof NotesSection> | null }) {
  return <OwnPart name={name} given={given} of={NotesSection} />
}
