'use client'

import { type FormEvent, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { weekdayLabels } from '#components/plan/planWords.ts'
import { FieldError } from '#components/ui/FieldError.tsx'
import { Notice } from '#components/ui/Notice.tsx'

interface PlanFormProps {
  /** What is kept now, or what we suggest. */
  wish: { weekdays: number[]; minutes: number; time: string; startsOn: string }
  today: string
  isNew: boolean
  hrefs: { save: string; saved: string }
}

const minuteChoices = [10, 15, 20, 25, 30, 45, 60, 90, 120]

/** Minutes, weekdays, time: a plain form; with scripts refusals are shown beside their fields. */
export function PlanForm({ wish, today, isNew, hrefs }: PlanFormProps) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const fields = refusal?.fields ?? {}

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const answer = await postJson(hrefs.save, {
      minutes: Number(text('minutes')),
      weekdays: weekdayLabels.flatMap(({ value }) => (form.has(`weekdays.${value}`) ? [value] : [])),
      time: text('time'),
      startsOn: text('startsOn') || null,
    })
    if (answer.ok) return window.location.assign(hrefs.saved)
    setBusy(false)
    setRefusal(answer.refusal)
  }

  return (
    <form method="post" action={hrefs.save} onSubmit={save} className="plan-form" noValidate>
      <div className="field">
        <label htmlFor="plan-minuten">Wie viele Minuten am Tag?</label>
        <select
          id="plan-minuten"
          name="minutes"
          className="input plan-narrow"
          defaultValue={wish.minutes}
          aria-describedby="plan-minuten-fehler"
        >
          {[...new Set([...minuteChoices, wish.minutes])]
            .sort((a, b) => a - b)
            .map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes} Minuten
              </option>
            ))}
        </select>
        <FieldError id="plan-minuten-fehler" text={fields.minutes} />
      </div>
      <fieldset className="plan-weekdays" aria-describedby="plan-tage-fehler">
        <legend className="field-label">An welchen Tagen?</legend>
        <div>
          {weekdayLabels.map(({ value, short, name }) => (
            <label key={value}>
              <input type="checkbox" name={`weekdays.${value}`} defaultChecked={wish.weekdays.includes(value)} />
              <span aria-hidden="true">{short}</span>
              <span className="sr-only">{name}</span>
            </label>
          ))}
        </div>
        <FieldError id="plan-tage-fehler" text={fields.weekdays} />
      </fieldset>
      <div className="plan-pair">
        <div className="field">
          <label htmlFor="plan-zeit">Um wie viel Uhr?</label>
          <input
            id="plan-zeit"
            type="time"
            name="time"
            required
            className="input plan-narrow"
            defaultValue={wish.time}
            aria-describedby="plan-zeit-fehler"
          />
          <FieldError id="plan-zeit-fehler" text={fields.time} />
        </div>
        <div className="field">
          <label htmlFor="plan-beginn">Ab wann?</label>
          <input
            id="plan-beginn"
            type="date"
            name="startsOn"
            min={today}
            className="input plan-narrow"
            defaultValue={wish.startsOn > today ? wish.startsOn : today}
            aria-describedby="plan-beginn-fehler"
          />
          <FieldError id="plan-beginn-fehler" text={fields.startsOn} />
        </div>
      </div>
      <button type="submit" className="button button-primary" aria-disabled={busy}>
        {busy ? 'Wird gerechnet …' : isNew ? 'Plan machen' : 'Plan ändern'}
      </button>
      <div role="alert">
        {refusal && Object.keys(fields).length === 0 && (
          <Notice kind="error" title="Das hat nicht geklappt.">
            <p>{refusal.message}</p>
          </Notice>
        )}
      </div>
    </form>
  )
}
