import { type RefObject, useEffect, useRef } from 'react'

/** Opens a dialog as modal: Escape and a press beside it close it, and the focus goes back to where it was. */
export function useSheet(ref: RefObject<HTMLDialogElement | null>, onClose: () => void): void {
  const newest = useRef(onClose)
  newest.current = onClose
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    const onClosed = () => newest.current()
    const onClick = (event: MouseEvent) => {
      if (event.target === dialog) dialog.close()
    }
    dialog.addEventListener('close', onClosed)
    dialog.addEventListener('click', onClick)
    if (!dialog.open) dialog.showModal()
    return () => {
      dialog.removeEventListener('close', onClosed)
      dialog.removeEventListener('click', onClick)
    }
  }, [ref])
}
