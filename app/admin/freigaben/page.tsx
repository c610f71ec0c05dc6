import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { NotHere } from '#app/_pages/NotHere.tsx'
import { adminRead, given, pageFlash, rowId, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { DataTable } from '#components/admin/DataTable.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { previewReleases, type ReleasePreview } from '#domain/learning/releases/previewReleases.ts'
import { type ScheduleView, scheduleView } from '#domain/learning/releases/scheduleView.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'
import { Preview } from './Preview.tsx'
import { RuleForm } from './RuleForm.tsx'
import { scheduleColumns } from './scheduleColumns.tsx'

export const metadata: Metadata = { title: 'Freigaben' }

interface Found {
  schedule: ScheduleView
  preview: ReleasePreview | null
  /** The day that was asked for, or today. */
  day: string | null
  /** What is wrong with what was asked. */
  problem: string | null
}

/** An impossible day is told on the page; for an unknown person there is no page. */
async function read(ctx: Ctx, asked: { day: string | null; personId: string | null }): Promise<Found | 'no person'> {
  const schedule = await scheduleView(ctx)
  const day = asked.day ?? (asked.personId ? null : berlinDay(ctx.clock.now()))
  try {
    return { schedule, preview: await previewReleases(ctx, { ...asked, day }), day, problem: null }
  } catch (error) {
    if (!isAppError(error)) throw error
    if (error.code === 'not_found') return 'no person'
    if (error.code !== 'invalid_input') throw error
    return { schedule, preview: null, day, problem: Object.values(error.details.fields ?? {})[0] ?? null }
  }
}

export default async function ReleasesPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const [day, personId] = [given(search.kauf, 40), rowId(search.person) ?? null]
  const target = given(search.ziel, 120)
  const here = { kauf: day, person: personId }
  const found = await adminRead(paths.adminReleases({ ...here, ziel: target }), (ctx) => read(ctx, { day, personId }))
  if (found === 'no person') return <NotHere />
  const flash = await pageFlash(search)
  const chosen = found?.schedule.rows.find((row) => row.target === (flash?.values?.target ?? target)) ?? null
  return (
    <AdminPage
      title="Freigaben"
      room="Freigaben"
      flash={flash}
      lead={
        <>
          Wann welche Lektion öffnet. Es gilt <code className="mono">content/releases.json</code>; eine Zeile von hier
          geht vor. Was jemand einmal offen hatte, bleibt für diese Person offen.
        </>
      }
    >
      {found ? (
        <>
          {found.schedule.drip && <WaiverWarning />}
          <RuleForm
            rows={found.schedule.rows}
            chosen={chosen}
            asked={target !== null && flash === null}
            back={paths.adminReleases(here)}
            refused={flash}
          />
          <div className="release-grid">
            <DataTable
              id="plan"
              caption="Der Plan, wie er heute gilt"
              columns={scheduleColumns({ here, refused: flash })}
              rows={found.schedule.rows}
              keyOf={(row) => row.target}
              empty={<p>Der Kurs hat noch keine Lektion.</p>}
            />
            <Preview preview={found.preview} day={found.day} problem={found.problem} personId={personId} />
          </div>
        </>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}

/** § 356 Abs. 6 BGB: the right lapses when performance begins; with locked parts it is doubtful whether it has. */
function WaiverWarning() {
  return (
    <Notice kind="wait" className="mb-6" title="Ein gestaffelter Plan schwächt das Erlöschen des Widerrufsrechts.">
      <p>
        Wer beides ankreuzt, dessen Widerrufsrecht erlischt, sobald du mit der Ausführung beginnst (§ 356 Abs. 6 BGB).
        Öffnet ein Teil erst später, lässt sich streiten, ob für den schon begonnen wurde. Rechne in den ersten 14 Tagen
        mit Widerrufen, sag den Plan auf der Kursseite, und lass die Texte anwaltlich prüfen. „Sofort“ vermeidet die
        Frage; das Tempo wählen Lernende mit ihrem Wochenplan selbst.
      </p>
    </Notice>
  )
}
