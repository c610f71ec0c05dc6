'use client'

import './notes.css'
import { useCallback, useEffect, useRef, useState } from 'react'
import { announceNotes, onNotesNews } from '#browser/notes/notesNews.ts'
import { putTick, ticksOf } from '#browser/notes/notesQueue.ts'
import { flushNotes } from '#browser/notes/notesSync.ts'
import { useTyped } from '#components/early/useTyped.ts'

export interface ChecklistProps {
  learnerId: string
  lessonId: string
  /** `html` is our own Markdown. */
  items: { item: string; html: string }[]
  ticked: string[]
}

/** Ticks by the list they were rendered with: „Back“ shows a page with its old list again, and these are newer. */
const left = new WeakMap<string[], Set<string>>()

/**
 * A lesson's checklist to tick. A tick shows at once, also in other tabs, and waits on this device while there is no
 * network.
 */
export function Checklist({ learnerId, lessonId, items, ticked }: ChecklistProps) {
  const [on, setOn] = useState(() => left.get(ticked) ?? new Set(ticked))
  const [kept, setKept] = useState(false)

  const list = useRef<HTMLUListElement>(null)
  const show = useCallback(
    (item: string, isOn: boolean) =>
      setOn((now) => {
        const next = new Set(now)
        if (isOn) next.add(item)
        else next.delete(item)
        left.set(ticked, next)
        return next
      }),
    [ticked],
  )
  useTyped(list, (field) => 'checked' in field && tick(field.value, field.checked))

  useEffect(() => {
    void ticksOf(learnerId).then((waiting) => {
      for (const tick of waiting) if (tick.lessonId === lessonId) show(tick.item, tick.ticked)
    })
    return onNotesNews((news) => {
      if (news.learnerId !== learnerId) return
      if (news.kind === 'ticked' && news.tick.lessonId === lessonId) show(news.tick.item, news.tick.ticked)
      if (news.kind === 'sync' && news.state === 'sent') setKept(false)
      else if (news.kind === 'sync') void waits(learnerId, lessonId).then(setKept)
    })
  }, [learnerId, lessonId, show])

  function tick(item: string, isOn: boolean) {
    const made = { learnerId, lessonId, item, ticked: isOn, at: Date.now() }
    putTick(made)
    show(item, isOn)
    announceNotes({ kind: 'ticked', learnerId, tick: made })
    void flushNotes(learnerId)
  }

  const count = items.filter(({ item }) => on.has(item)).length
  return (
    <div className="checklist">
      <ul ref={list}>
        {items.map(({ item, html }) => (
          <li key={item}>
            <label>
              <input
                type="checkbox"
                value={item}
                autoComplete="off"
                data-left={`${learnerId}:${lessonId}:${item}`}
                checked={on.has(item)}
                onChange={(event) => tick(item, event.target.checked)}
              />
              {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own Markdown, rendered by us */}
              <span dangerouslySetInnerHTML={{ __html: html }} />
            </label>
          </li>
        ))}
      </ul>
      <p className="label" role="status">
        {count} von {items.length} abgehakt
        {kept && ' · nur auf diesem Gerät, wird übertragen'}
      </p>
    </div>
  )
}

const waits = async (learnerId: string, lessonId: string): Promise<boolean> =>
  (await ticksOf(learnerId)).some((tick) => tick.lessonId === lessonId)
