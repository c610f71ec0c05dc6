import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, pageFlash, type Search } from '#app/admin/adminRead.ts'
import { Repairs } from '#app/admin/Repairs.tsx'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, Mono, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { jobNames } from '#components/admin/words.ts'
import type { QueueLevel, TroubledJob } from '#ports'

export const metadata: Metadata = { title: 'Aufträge' }

const TROUBLED_SHOWN = 200

const queueColumns: Column<QueueLevel>[] = [
  { name: 'Auftrag', heading: true, nowrap: true, cell: (queue) => jobNames[queue.name] ?? queue.name },
  { name: 'Warteschlange', cell: (queue) => <Mono>{queue.name}</Mono> },
  { name: 'wartet', number: true, cell: (queue) => queue.waiting },
  { name: 'läuft', number: true, cell: (queue) => queue.active },
  { name: 'wird wiederholt', number: true, cell: (queue) => queue.retrying },
  { name: 'ältester', nowrap: true, cell: (queue) => <When at={queue.oldestWaitingAt} /> },
]

/** The page of what the job is about, if there is one. */
function subject({ name, reference }: TroubledJob) {
  const { eventId, sessionId, letterId, guid } = reference
  const source = name.split('.')[0]
  if (eventId) return { href: paths.adminEvent(`${source}-${eventId}`), text: eventId }
  if (letterId) return { href: paths.adminMail(letterId), text: letterId }
  if (sessionId) return { href: paths.adminOrder(sessionId), text: sessionId }
  if (guid) return { href: null, text: guid }
  return null
}

function Subject({ job }: { job: TroubledJob }) {
  const found = subject(job)
  if (!found?.href) return <Mono>{found?.text}</Mono>
  return (
    <Link href={found.href} prefetch={false} className="mono">
      {found.text}
    </Link>
  )
}

const troubledColumns: Column<TroubledJob>[] = [
  { name: 'Auftrag', heading: true, nowrap: true, cell: (job) => jobNames[job.name] ?? job.name },
  {
    name: 'Stand',
    nowrap: true,
    cell: (job) => (
      <Lamp
        word={job.dead ? { text: 'endgültig gescheitert', tone: 'bad' } : { text: 'wird wiederholt', tone: 'wait' }}
      />
    ),
  },
  { name: 'Versuche', number: true, cell: (job) => (job.maxTries ? `${job.tries} von ${job.maxTries}` : job.tries) },
  { name: 'Angelegt', nowrap: true, cell: (job) => <When at={job.createdAt} /> },
  { name: 'Nächster Versuch', nowrap: true, cell: (job) => <When at={job.nextTryAt} /> },
  { name: 'Fehler', wide: true, cell: (job) => job.error ?? '–' },
  { name: 'Worum es geht', cell: (job) => <Subject job={job} /> },
  { name: 'Anfrage', cell: (job) => <Mono>{job.reference.requestId}</Mono> },
]

export default async function JobsPage({ searchParams }: { searchParams: Search }) {
  const flash = await pageFlash(await searchParams)
  const columns: Column<TroubledJob>[] = [
    ...troubledColumns,
    {
      name: 'Was tun',
      cell: (job) => (
        <Repairs
          back={paths.adminJobs()}
          refused={flash}
          repairs={[
            { kind: 'retry-job', job: job.id },
            ...(job.dead ? [{ kind: 'discard-job' as const, job: job.id }] : []),
          ]}
        />
      ),
    },
  ]
  const jobs = await adminRead(paths.adminJobs(), (ctx) => ctx.jobs.look(ctx.db, TROUBLED_SHOWN))
  return (
    <AdminPage
      title="Aufträge"
      room="Aufträge"
      flash={flash}
      lead="Was der Worker noch vor sich hat, und was ihm nicht gelingt."
    >
      {jobs ? (
        <div className="grid gap-8">
          <DataTable
            id="schlangen"
            caption="Warteschlangen"
            columns={queueColumns}
            rows={jobs.queues}
            keyOf={(queue) => queue.name}
            empty=""
          />
          <DataTable
            id="gescheitert"
            caption="Gescheiterte und wiederholte Aufträge"
            columns={columns}
            rows={jobs.troubled}
            keyOf={(job) => job.id}
            empty={
              <p>
                Kein Auftrag hakt. Misslingt einer, steht er hier mit seinem Fehler; nach dem letzten Versuch bleibt er
                als „endgültig gescheitert“ liegen, mit den Knöpfen „Nochmal“ und „Erledigt“.
              </p>
            }
          />
        </div>
      ) : (
        <Unreachable />
      )}
    </AdminPage>
  )
}
