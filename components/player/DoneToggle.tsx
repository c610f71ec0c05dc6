'use client'

import './player.css'
import { useEffect, useState } from 'react'
import { announce, onProgressNews } from '#browser/progress/progressEvents.ts'
import { keepReport, withOwnTick } from '#browser/progress/progressQueue.ts'

export interface DoneToggleProps {
  lessonId: string
  /** The viewer's `personId`. */
  learnerId: string
  done: boolean
  /** The tick by hand; null = never touched, the count decides. */
  doneMark: boolean | null
  /** Whole per cent really watched. */
  percent: number
}

type Mark = Pick<DoneToggleProps, 'done' | 'doneMark' | 'percent'>

/** Marks by lesson: „Back“ shows a page as it was read, and if its marks are still those, these are newer. */
const left = new Map<string, { given: string; now: Mark }>()

/** „Erledigt“, by watching or by hand, on and off. Shows the new state at once and keeps it without a network. */
export function DoneToggle(props: DoneToggleProps) {
  const { lessonId, learnerId } = props
  const { done, doneMark, percent } = props
  const given = `${done} ${doneMark} ${percent}`
  const [state, setState] = useState<Mark>(() => {
    const before = left.get(lessonId)
    return before?.given === given ? before.now : { done, doneMark, percent }
  })
  useEffect(() => {
    left.set(lessonId, { given, now: state })
  }, [lessonId, given, state])

  useEffect(
    () =>
      onProgressNews((news) => {
        if (news.kind === 'ticked' && news.learnerId === learnerId && news.lessonId === lessonId)
          setState((now) => ({ ...now, done: news.done, doneMark: news.done }))
        if (news.kind !== 'saved' || news.learnerId !== learnerId || news.lesson.lessonId !== lessonId) return
        const { done, doneMark, percent } = withOwnTick(learnerId, news.lesson)
        setState({ done, doneMark, percent })
      }),
    [learnerId, lessonId],
  )

  const toggle = () => {
    const done = !state.done
    announce({ kind: 'ticked', learnerId, lessonId, done })
    void keepReport({ learnerId, lessonId, ranges: [], done, at: Date.now() })
  }

  return (
    <div className="done">
      <button type="button" className="done-toggle" aria-pressed={state.done} onClick={toggle}>
        <span className="done-box" aria-hidden="true" />
        Erledigt
      </button>
      <p className="done-why" role="status">
        {explain(state)}
      </p>
    </div>
  )
}

function explain({ done, doneMark, percent }: { done: boolean; doneMark: boolean | null; percent: number }): string {
  if (done) return doneMark ? 'Erledigt: von dir abgehakt' : 'Erledigt: zu 90 % gesehen'
  if (doneMark === false) return 'Von dir wieder geöffnet'
  return percent > 0
    ? `${percent} % gesehen. Ab 90 % hakt sich die Lektion selbst ab.`
    : 'Ab 90 % hakt sich die Lektion selbst ab.'
}
