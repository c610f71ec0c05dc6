'use client'

import { LogOut, MonitorSmartphone } from 'lucide'
import { type FormEvent, useRef, useState } from 'react'
import { forgetSettings } from '#browser/film/settings.ts'
import { callApi, postJson, type Refusal } from '#browser/kit/callApi.ts'
import { forgetLeft } from '#browser/kit/leftTyped.ts'
import { forgetNotes } from '#browser/notes/notesQueue.ts'
import { flushNotes } from '#browser/notes/notesSync.ts'
import { forgetKept } from '#browser/offline/keeper.ts'
import { flushReports, forgetReports } from '#browser/progress/progressQueue.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { longDate, timeOfDay } from '#domain/calendar/germanWords.ts'

interface DeviceSession {
  id: string
  device: string
  kind: 'proven' | 'unproven'
  lastSeenAt: string
  current: boolean
}

interface DevicesProps {
  /** Whose progress waits on this device. */
  learnerId: string
  sessions: DeviceSession[]
  hrefs: { logout: string; sessions: string; login: string }
}

/** The longest that a logout waits for unsent data: a slow network must not prevent it. */
const LEAVE_MS = 3_000
const atMost = (work: Promise<unknown>[]) =>
  Promise.race([Promise.allSettled(work), new Promise((resolve) => setTimeout(resolve, LEAVE_MS))])

/** Leaves nothing of this person on this device. */
async function forget(learnerId: string): Promise<void> {
  forgetSettings()
  forgetLeft()
  await atMost([forgetReports(learnerId), forgetNotes(learnerId), forgetKept()])
}

/**
 * The devices where this account is logged in, with buttons to log out one, this one or all. One component, because
 * only one of them is at work at a time and all speak in the same place.
 */
export function Devices({ learnerId, sessions, hrefs }: DevicesProps) {
  const [left, setLeft] = useState(sessions)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [said, setSaid] = useState('')
  const spoken = useRef<HTMLParagraphElement>(null)

  async function end(session: DeviceSession) {
    if (busy) return
    setBusy(true)
    const answer = await callApi(`${hrefs.sessions}/${encodeURIComponent(session.id)}`, { method: 'DELETE' })
    setBusy(false)
    setRefusal(answer.ok ? null : answer.refusal)
    if (!answer.ok) return
    setLeft((all) => all.filter((one) => one.id !== session.id))
    setSaid(`${session.device} ist abgemeldet.`)
    // The focused button has disappeared with its row, so the focus goes to the message.
    spoken.current?.focus()
  }

  async function logout(event: FormEvent<HTMLFormElement>, everywhere: boolean) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setSaid('Du wirst abgemeldet …')
    await atMost([flushReports(learnerId), flushNotes(learnerId)])
    const answer = await postJson(hrefs.logout, everywhere ? { everywhere: true } : {})
    if (answer.ok) {
      await forget(learnerId)
      window.location.assign(hrefs.login)
      return
    }
    setBusy(false)
    setSaid('')
    setRefusal(answer.refusal)
  }

  return (
    <>
      {left.length > 0 && (
        <ul className="card mt-4">
          {left.map((session) => (
            <li key={session.id} className="device">
              <Icon of={MonitorSmartphone} size={22} />
              <div>
                <p className="font-semibold">{session.device}</p>
                <p className="label">
                  {session.current
                    ? 'dieses Gerät'
                    : `zuletzt ${longDate(session.lastSeenAt)}, ${timeOfDay(session.lastSeenAt)}`}
                </p>
              </div>
              {!session.current && (
                <button type="button" className="button button-quiet" onClick={() => end(session)} aria-disabled={busy}>
                  Abmelden<span className="sr-only">: {session.device}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p role="status" ref={spoken} tabIndex={-1} className="mt-2 outline-none">
        {said}
      </p>
      <div className="mt-4 flex flex-wrap gap-3">
        <form method="post" action={hrefs.logout} onSubmit={(event) => logout(event, false)}>
          <button type="submit" className="button button-secondary" aria-disabled={busy}>
            <Icon of={LogOut} size={20} />
            Hier abmelden
          </button>
        </form>
        <form method="post" action={hrefs.logout} onSubmit={(event) => logout(event, true)}>
          <input type="hidden" name="everywhere" value="true" />
          <button type="submit" className="button button-quiet min-h-12" aria-disabled={busy}>
            Überall abmelden
          </button>
        </form>
      </div>
      <div role="alert">
        {refusal && (
          <Notice kind="error" className="mt-4" title="Das hat nicht geklappt.">
            <p>{refusal.message}</p>
          </Notice>
        )}
      </div>
    </>
  )
}
