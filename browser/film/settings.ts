import { postJson } from '#browser/kit/callApi.ts'
import { savesData } from '#browser/kit/savesData.ts'
import { defaultSettings, knownSettings, type PlayerSettings } from '#domain/learning/settings/rules.ts'

type Change = Partial<PlayerSettings>

/** This device's copy. */
interface Kept {
  /** null: chosen without an account. */
  learnerId: string | null
  chosen: Change
  unsent: Change
}

const STORE = 'werkstatt.player'
const PATH = '/api/settings'
/** A moving slider changes many times; only its last place is sent, after this pause. */
const SEND_MS = 600

let owner: string | null | undefined
let chosen: Change = {}
let unsent: Change = {}
let current: PlayerSettings = defaultSettings
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

/**
 * Makes the learner's player settings the ones in use: the account's choice counts before this device's copy.
 * `account`: the account's settings as the page knows them; null: unknown. Acts once per learner and document.
 */
export function openSettings(learnerId: string | null, account: Change | null): void {
  if (owner === learnerId) return
  owner = learnerId
  const kept = readKept()
  const mine = kept?.learnerId === learnerId || kept?.learnerId === null ? kept : null
  unsent = learnerId ? { ...(mine?.learnerId === null ? without(mine.chosen, account ?? {}) : mine?.unsent) } : {}
  chosen = { ...savingWish(), ...mine?.chosen, ...account, ...unsent }
  publish()
  if (Object.keys(unsent).length > 0) later()
}

export const playerSettings = (): PlayerSettings => current

/**
 * A change counts at once, is stored on this device and sent to the account; if it cannot be sent, a later page sends
 * it. Without an account it stays here. What is no setting, or says nothing new, changes nothing.
 */
export function changeSettings(change: Change): void {
  const real = Object.fromEntries(
    Object.entries(knownSettings(change)).filter(([name, value]) => current[name as keyof PlayerSettings] !== value),
  )
  if (Object.keys(real).length === 0) return
  chosen = { ...chosen, ...real }
  if (owner) unsent = { ...unsent, ...real }
  publish()
  if (owner) later()
}

export function onSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For a logout: deletes this person's settings from the device. */
export function forgetSettings(): void {
  clearTimeout(timer)
  unsent = {}
  try {
    localStorage.removeItem(STORE)
  } catch {}
}

const without = (change: Change, known: Change): Change =>
  Object.fromEntries(Object.entries(change).filter(([name]) => !(name in known)))

/** Until somebody chooses, a browser that is set to save data gets „Datensparen“. */
const savingWish = (): Change => (savesData() ? { quality: 'saver' } : {})

function readKept(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? 'null') as Kept | null
    if (!kept) return null
    return { learnerId: kept.learnerId, chosen: knownSettings(kept.chosen), unsent: knownSettings(kept.unsent) }
  } catch {
    return null
  }
}

function keep(kept: Kept): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(kept))
  } catch {}
}

function publish(): void {
  // Without a choice nothing is stored.
  if (Object.keys(chosen).length > 0) keep({ learnerId: owner ?? null, chosen, unsent })
  tell()
}

function tell(): void {
  current = { ...defaultSettings, ...chosen }
  for (const listener of listeners) listener()
}

/** Takes over another window's choice, so that this window's next change does not undo it. */
function hear(): void {
  const kept = readKept()
  if (!kept || kept.learnerId !== owner) return
  chosen = { ...chosen, ...kept.chosen, ...unsent }
  tell()
}

function later(): void {
  clearTimeout(timer)
  timer = setTimeout(() => void send(), SEND_MS)
}

async function send(): Promise<void> {
  clearTimeout(timer)
  const sent = unsent
  if (Object.keys(sent).length === 0) return
  const answer = await postJson(PATH, { player: sent }, { method: 'PUT', survives: true })
  // Go on when it was stored, or refused for good; otherwise the next change or page sends it again.
  if (!answer.ok && answer.status !== 400) return
  unsent = Object.fromEntries(
    Object.entries(unsent).filter(([name, value]) => sent[name as keyof PlayerSettings] !== value),
  )
  publish()
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => void send())
  window.addEventListener('online', () => void send())
  window.addEventListener('storage', ({ key }) => key === STORE && hear())
}
