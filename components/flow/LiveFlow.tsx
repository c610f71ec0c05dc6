'use client'

import { useEffect, useState } from 'react'
import { callApi } from '#browser/kit/callApi.ts'
import { FlowDrawing } from './FlowDrawing.tsx'
import type { FlowView } from './flowView.ts'

const POLL_MS = 2_000
/** Pause between polls after the end, because somebody may have pressed a switch of the test bench. */
const IDLE_POLL_MS = 10_000

/**
 * The drawing, kept up to date while the page is visible: by a stream, or by polling where there is none. Without
 * JavaScript the first drawing stays, and the link reloads the page.
 */
export function LiveFlow({ first, url, reload }: { first: FlowView; url: string; reload: string }) {
  const [view, setView] = useState(first)
  const [live, setLive] = useState<'off' | 'on' | 'lost'>('off')

  useEffect(() => {
    let source: EventSource | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false

    const poll = async () => {
      if (gone || document.hidden) return
      const answer = await callApi<FlowView>(url, { headers: { accept: 'application/json' } })
      if (gone) return
      const seen = answer.ok ? answer.value : null
      if (seen) setView(seen)
      setLive(seen ? 'on' : 'lost')
      timer = setTimeout(() => void poll(), seen?.done ? IDLE_POLL_MS : POLL_MS)
    }
    const stop = () => {
      source?.close()
      source = null
      clearTimeout(timer)
    }
    const start = () => {
      stop()
      if (document.hidden) return
      const opened = new EventSource(url)
      source = opened
      opened.onopen = () => setLive('on')
      opened.onmessage = (event) => setView(JSON.parse(event.data as string) as FlowView)
      opened.onerror = () => {
        setLive('lost')
        // The browser does not reconnect a refused stream.
        if (opened.readyState === EventSource.CLOSED) void poll()
      }
    }
    start()
    document.addEventListener('visibilitychange', start)
    return () => {
      gone = true
      stop()
      document.removeEventListener('visibilitychange', start)
    }
  }, [url])

  return (
    <>
      <div className="flow-now">
        <p role="status" className={view.done ? 'flow-summary flow-summary-done' : 'flow-summary'}>
          {view.summary}
        </p>
        <p className="flow-live">
          {live === 'on' && <span className="lamp lamp-good">live</span>}
          {live === 'lost' && <span className="lamp lamp-wait">Verbindung verloren, wird gesucht</span>}
          {live === 'off' && (
            <a className="link" href={reload}>
              Neu laden
            </a>
          )}
        </p>
      </div>
      {view.payUrl && (
        <p className="mt-2">
          <a className="link" href={view.payUrl} target="_blank" rel="noreferrer">
            Zur Kasse dieser Bestellung (neues Fenster)
          </a>
        </p>
      )}
      <FlowDrawing view={view} />
    </>
  )
}
