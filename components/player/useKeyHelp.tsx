import { type ComponentType, type ReactNode, useCallback, useState } from 'react'
import { loadPart } from '#browser/kit/loadPart.ts'
import type { KeyHelp } from './KeyHelp.tsx'

/** The overview of all keys, loaded when somebody asks for it. `help` is null until then. */
export function useKeyHelp(): { help: ReactNode; openHelp: () => Promise<void> } {
  const [Help, setHelp] = useState<ComponentType<Parameters<typeof KeyHelp>[0]> | null>(null)
  const openHelp = useCallback(async () => {
    // Only an offer to reload, because the film may be running.
    const part = await loadPart(() => import('./KeyHelp.tsx'), 'offer').catch(() => null)
    if (part) setHelp(() => part.KeyHelp)
  }, [])
  return { help: Help && <Help onClose={() => setHelp(null)} />, openHelp }
}
