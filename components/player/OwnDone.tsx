'use client'

import type { ComponentProps } from 'react'
import { OwnPart } from '#components/kept/OwnPart.tsx'
import { DoneToggle } from './DoneToggle.tsx'

/** `DoneToggle` on a page that may be kept. */
export function OwnDone({ name, given }: { name: string; given: ComponentProps<typeof DoneToggle> | null }) {
  return <OwnPart name={name} given={given} of={DoneToggle} />
}
