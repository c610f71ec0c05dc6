'use client'

import { useRouter } from 'next/navigation'
import { useLayoutEffect } from 'react'

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** The key `/` leads to the search field from every page of a learner, except while typing in a field. */
export function SearchKey() {
  const router = useRouter()
  // A layout effect, because `EarlyReplay` stops recording in one: no key falls in between.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // On a German keyboard the key is Shift and 7.
      if (event.key !== '/' || event.altKey || event.ctrlKey || event.metaKey) return
      if (event.defaultPrevented || event.isComposing || writes(event.target)) return
      event.preventDefault()
      const field = document.querySelector<HTMLInputElement>('input#suchfeld')
      if (!field) return router.push('/suche')
      field.focus()
      field.select()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [router])
  return null
}
