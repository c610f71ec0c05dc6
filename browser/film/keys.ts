/** What a key makes the film do. Seconds and shares are of the film; `volume` changes a value from 0 to 1. */
export type KeyAction =
  | { kind: 'toggle' }
  | { kind: 'skip'; seconds: number }
  | { kind: 'share'; share: number }
  | { kind: 'volume'; by: number }
  | { kind: 'rate'; step: -1 | 1 }
  | { kind: 'mute' | 'captions' | 'fullscreen' | 'bookmark' | 'note' | 'help' }

export interface Press {
  key: string
  /** True for the repeated events of a key that is held down. */
  repeat: boolean
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  shiftKey: boolean
}

/**
 * Where the focus is. `text`: a field to type in; `range`: a slider; `press`: a button or link; `dialog`: an open
 * sheet.
 */
export type Focus = 'text' | 'range' | 'press' | 'dialog' | 'page'

const SKIP_SECONDS = 5
/** How far J and L, the buttons and a double tap move the film. */
export const JUMP_SECONDS = 10
const VOLUME_STEP = 0.1

const byKey: Record<string, KeyAction> = {
  k: { kind: 'toggle' },
  j: { kind: 'skip', seconds: -JUMP_SECONDS },
  l: { kind: 'skip', seconds: JUMP_SECONDS },
  f: { kind: 'fullscreen' },
  m: { kind: 'mute' },
  c: { kind: 'captions' },
  b: { kind: 'bookmark' },
  n: { kind: 'note' },
}

const bySign: Record<string, KeyAction> = {
  '<': { kind: 'rate', step: -1 },
  '>': { kind: 'rate', step: 1 },
  '?': { kind: 'help' },
}

const arrows: Record<string, KeyAction> = {
  ArrowLeft: { kind: 'skip', seconds: -SKIP_SECONDS },
  ArrowRight: { kind: 'skip', seconds: SKIP_SECONDS },
}

const volume: Record<string, KeyAction> = {
  ArrowUp: { kind: 'volume', by: VOLUME_STEP },
  ArrowDown: { kind: 'volume', by: -VOLUME_STEP },
}

/** Actions that repeat while the key is held down; all others happen once per press. */
const repeatable = new Set<KeyAction['kind']>(['skip', 'volume'])

/**
 * The keyboard map, pure. Null: the key is not ours. What is typed into fields, shortcuts of browser and system, the
 * space bar on a button and the arrows on a slider keep their meaning. Up and down change the volume only inside the
 * player; elsewhere they scroll the page.
 */
export function keyAction(
  press: Press,
  where: { focus: Focus; inPlayer: boolean; pageKeys: boolean },
): KeyAction | null {
  const { focus, inPlayer, pageKeys } = where
  if (press.ctrlKey || press.altKey || press.metaKey || focus === 'text') return null
  if (!inPlayer && !pageKeys) return null
  const action = meaning(press, focus, inPlayer)
  if (!action || (press.repeat && !repeatable.has(action.kind))) return null
  return focus === 'dialog' && action.kind !== 'help' ? null : action
}

function meaning({ key, shiftKey }: Press, focus: Focus, inPlayer: boolean): KeyAction | null {
  const sign = bySign[key]
  if (sign) return sign
  if (shiftKey) return null
  if (key === ' ') return focus === 'press' ? null : { kind: 'toggle' }
  if (/^[0-9]$/.test(key)) return { kind: 'share', share: Number(key) / 10 }
  if (focus !== 'range') {
    const arrow = arrows[key] ?? (inPlayer ? volume[key] : undefined)
    if (arrow) return arrow
  }
  return byKey[key.toLowerCase()] ?? null
}

const TYPES_WITHOUT_TEXT = new Set([
  'button',
  'checkbox',
  'radio',
  'range',
  'submit',
  'reset',
  'color',
  'file',
  'image',
])

/** The `Focus` of an event; `composedPath` also sees inside the player's custom elements. */
export function focusOf(event: Pick<KeyboardEvent, 'composedPath'>): Focus {
  let pressable = false
  for (const node of event.composedPath()) {
    if (!(node instanceof HTMLElement)) continue
    if (node.isContentEditable || node.matches('textarea, select, [role="textbox"], [role="combobox"]')) return 'text'
    if (node instanceof HTMLInputElement) {
      if (node.type === 'range') return 'range'
      if (!TYPES_WITHOUT_TEXT.has(node.type)) return 'text'
      pressable = true
    }
    if (node.matches('dialog')) return 'dialog'
    if (node.matches('media-time-range, media-volume-range')) return 'range'
    pressable ||=
      node.matches('button, a[href], summary, label, [role="button"], media-chrome-button') || isPlayerButton(node)
  }
  return pressable ? 'press' : 'page'
}

const isPlayerButton = (node: HTMLElement) => /^media-.*-button$/.test(node.localName)
