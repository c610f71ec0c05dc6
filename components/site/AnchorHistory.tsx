'use client'

import { useEffect } from 'react'

/**
 * A jump to a heading of the same page makes a history entry without the router's state; going back to it from another
 * page would change the address but not the page. So the entry gets its page's state.
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
