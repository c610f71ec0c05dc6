import { useSyncExternalStore } from 'react'
import { onSettings, playerSettings } from '#browser/film/settings.ts'
import { defaultSettings, type PlayerSettings } from '#domain/learning/settings/rules.ts'

export const usePlayerSettings = (): PlayerSettings =>
  useSyncExternalStore(onSettings, playerSettings, () => defaultSettings)
