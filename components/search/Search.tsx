'use client'

import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { callApi } from '#browser/kit/callApi.ts'
import { useTyped } from '#components/early/useTyped.ts'
import { Explanation } from '#components/search/Explanation.tsx'
import { Results } from '#components/search/Results.tsx'
import { type Found, lessonCount } from '#components/search/searchView.ts'

const PAUSE_MS = 150

interface SearchProps {
  typed: string
  /** null: refused, `refusal` says why. */
  found: Found | null
  refusal: string | null
  owner: boolean
}

/** A plain form; with scripts it answers while one types, and the arrow keys go through the hits. */
export function Search({ typed, found: first, refusal: firstRefusal, owner }: SearchProps) {
  const { found, refusal, ask, busy } = useSearch(first, firstRefusal)
  const field = useRef<HTMLInputElement>(null)
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!field.current?.value) field.current?.focus()
  }, [])

  useTyped(field, ({ value }) => ask(value, 0))

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    ask(String(new FormData(event.currentTarget).get('q') ?? ''), 0)
  }

  function tryOut(words: string) {
    if (field.current) field.current.value = words
    ask(words, 0)
  }

  function walk(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const hits = [...(root.current?.querySelectorAll<HTMLElement>('[data-hit]') ?? [])]
    const at = hits.indexOf(document.activeElement as HTMLElement)
    const inField = document.activeElement === field.current
    if (event.key === 'Escape' && at >= 0) field.current?.focus()
    else if (event.key === 'ArrowDown' && (at >= 0 || inField)) hits[Math.min(at + 1, hits.length - 1)]?.focus()
    else if (event.key === 'ArrowUp' && at === 0) field.current?.focus()
    else if (event.key === 'ArrowUp' && at > 0) hits[at - 1]?.focus()
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows are a short cut; every hit is a link of its own
    <div ref={root} onKeyDown={walk}>
      <h1>Suche</h1>
      <search>
        <form action="/suche" className="search-form" onSubmit={submit}>
          <label htmlFor="suchfeld" className="sr-only">
            Wörter aus Titeln, Texten, Filmen und deinen Notizen
          </label>
          <input
            ref={field}
            id="suchfeld"
            name="q"
            type="search"
            className="input"
            defaultValue={typed}
            onChange={(event) => ask(event.target.value, PAUSE_MS)}
            placeholder="Zum Beispiel Eingangskorb"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            enterKeyHint="search"
            aria-describedby="suche-stand"
          />
          <button type="submit" className="button button-primary">
            Suchen
          </button>
        </form>
      </search>
      <p id="suche-stand" role="status" className="label search-state">
        {busy ? 'sucht …' : found?.state === 'found' ? summary(found) : ' '}
      </p>
      <div aria-busy={busy}>
        <Explanation found={found} refusal={refusal} owner={owner} onTry={tryOut} />
        {found?.state === 'found' && <Results found={found} />}
      </div>
    </div>
  )
}

const summary = ({ total, lessons }: Found) =>
  total > lessons.length ? `${lessonCount(total)}, die besten ${lessons.length} stehen hier` : lessonCount(total)

/** One request at a time: a newer one aborts the older. The last result stays until the next answer. */
function useSearch(first: Found | null, firstRefusal: string | null) {
  const [found, setFound] = useState(first)
  const [refusal, setRefusal] = useState(firstRefusal)
  const [busy, setBusy] = useState(false)
  const running = useRef<AbortController>(null)

  async function send(text: string, control: AbortController) {
    const slow = setTimeout(() => setBusy(true), 300)
    const answer = await callApi<Found>(`/api/search?${new URLSearchParams({ q: text })}`, { signal: control.signal })
    clearTimeout(slow)
    if (control.signal.aborted) return
    setBusy(false)
    setRefusal(answer.ok ? null : answer.refusal.code)
    setFound(answer.ok ? answer.value : null)
    window.history.replaceState(null, '', text.trim() ? `/suche?${new URLSearchParams({ q: text })}` : '/suche')
  }

  function ask(text: string, afterMs: number) {
    running.current?.abort()
    const control = new AbortController()
    running.current = control
    setTimeout(() => {
      if (!control.signal.aborted) void send(text, control)
    }, afterMs)
  }

  useEffect(() => () => running.current?.abort(), [])
  return { found, refusal, ask, busy }
}
