'use client'

import type { ComponentProps } from 'react'
import { OwnPart } from '#components/kept/OwnPart.tsx'
import { Checklist } from './Checklist.tsx'

/** `Checklist` on a page that may be kept. */
export function OwnChecklist({ name, given }: { name: string; given: ComponentProps<typeof Checklist> | null }) {
  return <OwnPart name={name} given={given} of={Checklist} />
}
