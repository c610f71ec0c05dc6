'use client'

import type { ComponentProps } from 'react'
import { OwnPart } from '#components/kept/OwnPart.tsx'
import { LessonPlayer } from './LessonPlayer.tsx'

/** `LessonPlayer` on a page that may be kept. */
export function OwnPlayer({ name, given }: { name: string; given: ComponentProps<typeof LessonPlayer> | null }) {
  return <OwnPart name={name} given={given} of={LessonPlayer} />
}
