'use client'

import { useEffect } from 'react'

/**
 * A jump to a heading of the same page makes an entry in the browser's history that the router does not know: on the
 * way back to it the address would change and the page above it stay. The entry gets the state of the page it belongs
 * to.
 */
export function AnchorHistory() {
  useEffect(() => {
    let before: unknown = null
    const remember = () => {
      before = window.history.state
    }
    const adopt = () => {
      if (window.history.state === null && before !== null) window.history.replaceState(before, '')
    }
    document.addEventListener('click', remember, true)
    window.addEventListener('hashchange', adopt)
    return () => {
      document.removeEventListener('click', remember, true)
      window.removeEventListener('hashchange', adopt)
    }
  }, [])
  return null
}
