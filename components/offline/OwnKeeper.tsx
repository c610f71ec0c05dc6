'use client'

import type { ComponentProps } from 'react'
import { OwnPart } from '#components/kept/OwnPart.tsx'
import { OfflineKeeper } from './OfflineKeeper.tsx'

/** `OfflineKeeper` on a page that may be kept. */
export function OwnKeeper({ name, given }: { name: string; given: ComponentProps<typeof OfflineKeeper> | null }) {
  return <OwnPart name={name} given={given} of={OfflineKeeper} />
}
