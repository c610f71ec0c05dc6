import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { adminRead, given, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Lamp, Mono, When } from '#components/admin/Bits.tsx'
import { type Column, DataTable } from '#components/admin/DataTable.tsx'
import { FilterSearch, Filters } from '#components/admin/Filters.tsx'
import type { Word } from '#components/admin/words.ts'
import { clock } from '#components/clock.ts'
import { Notice } from '#components/ui/Notice.tsx'
import type { VideoListItem } from '#domain/video/listVideos.ts'
import { isPlayable } from '#domain/video/rules.ts'
import { type Lack, type LessonWithoutFilm, readVideos } from './readVideos.ts'

export const metadata: Metadata = { title: 'Videos' }

const lacks: Record<Lack, string> = {
  none: 'kein Film zugewiesen',
  unknown: 'Film hier noch nicht bekannt: Bunny abgleichen',
  not_playable: 'Film ist noch nicht abspielbar',
}

const stateOf = (video: VideoListItem): Word => {
  const working = [0, 1, 2, 3, 7].includes(video.status)
  if (isPlayable(video)) return { text: video.state, tone: 'good' }
  return working
    ? { text: `${video.state}, ${video.encodeProgress} %`, tone: 'wait' }
    : { text: video.state, tone: 'bad' }
}

const videoColumns: Column<VideoListItem>[] = [
  { name: 'Film', heading: true, wide: true, cell: (video) => video.title },
  { name: 'Stand', nowrap: true, cell: (video) => <Lamp word={stateOf(video)} /> },
  { name: 'Länge', number: true, cell: (video) => (video.length > 0 ? clock(video.length) : '–') },
  { name: 'Lektion', wide: true, cell: (video) => <Lessons lessons={video.lessons} /> },
  { name: 'Untertitel', cell: (video) => video.captions.map(({ srclang }) => srclang).join(', ') || '–' },
  { name: 'Auflösungen', cell: (video) => <Mono>{video.resolutions}</Mono> },
  { name: 'Abgeglichen', nowrap: true, cell: (video) => <When at={video.fetchedAt} /> },
  { name: 'Kennung', nowrap: true, cell: (video) => <Mono>{video.guid}</Mono> },
]

function Lessons({ lessons }: Pick<VideoListItem, 'lessons'>) {
  if (lessons.length === 0) return 'keine'
  return (
    <ul>
      {lessons.map((lesson) => (
        <li key={lesson.id}>
          <Link href={paths.lesson(lesson.slug)} prefetch={false}>
            {lesson.number}. {lesson.title}
          </Link>
        </li>
      ))}
    </ul>
  )
}

const missingColumns: Column<LessonWithoutFilm>[] = [
  { name: 'Nr.', number: true, cell: ({ lesson }) => lesson.number },
  {
    name: 'Lektion',
    heading: true,
    wide: true,
    cell: ({ lesson }) => (
      <Link href={paths.lesson(lesson.slug)} prefetch={false}>
        {lesson.title}
      </Link>
    ),
  },
  { name: 'Was fehlt', wide: true, cell: ({ lack }) => <span className="lamp lamp-bad">{lacks[lack]}</span> },
  { name: 'Kennung', nowrap: true, cell: ({ guid }) => <Mono>{guid}</Mono> },
]

export default async function VideosPage({ searchParams }: { searchParams: Search }) {
  const params = await searchParams
  const search = given(params.suche, 200)
  const page = Math.min(1_000, Math.max(1, Number.parseInt(given(params.seite, 4) ?? '1', 10) || 1))
  const facts = await adminRead(paths.adminVideos({ suche: search }), (ctx) => readVideos(ctx, { page, search }))
  return (
    <AdminPage title="Videos" room="Videos" lead="Stand bei Bunny, wie er zuletzt abgeglichen wurde.">
      {facts ? <Content facts={facts} search={search} /> : <Unreachable />}
    </AdminPage>
  )
}

function Content({ facts, search }: { facts: Awaited<ReturnType<typeof readVideos>>; search: string | null }) {
  const at = (page: number) => paths.adminVideos({ suche: search, seite: page > 1 ? String(page) : null })
  return (
    <>
      {facts.missing.length > 0 ? (
        <DataTable
          id="fehlt"
          caption={`Was fehlt: ${facts.missing.length} ${facts.missing.length === 1 ? 'Lektion' : 'Lektionen'} ohne Film`}
          columns={missingColumns}
          rows={facts.missing}
          keyOf={({ lesson }) => lesson.id}
          empty=""
        />
      ) : (
        <Notice kind="done" title="Jede Lektion hat ihren Film.">
          <p>Fehlt einmal einer, steht er hier mit dem Grund.</p>
        </Notice>
      )}
      <Filters action={paths.adminVideos()} active={search !== null || facts.page > 1}>
        <FilterSearch name="suche" label="Titel des Films" value={search} />
      </Filters>
      <DataTable
        id="filme"
        caption={`${facts.total} ${facts.total === 1 ? 'Film' : 'Filme'}`}
        columns={videoColumns}
        rows={facts.videos}
        keyOf={(video) => video.guid}
        empty={
          search || facts.page > 1 ? (
            <p>Kein Film zu dieser Suche. Setze sie zurück, um alle zu sehen.</p>
          ) : (
            <p>
              Noch kein Film bekannt. Der Worker gleicht sie von selbst mit Bunny ab; einer Lektion gibst du ihn mit{' '}
              <span className="mono">npm run cli -- video assign</span>.
            </p>
          )
        }
      />
      {facts.total > facts.perPage && (
        <nav className="admin-pager" aria-label="Seiten">
          {facts.page > 1 && (
            <Link className="button button-quiet" href={at(facts.page - 1)} prefetch={false}>
              Vorige Seite
            </Link>
          )}
          {facts.page * facts.perPage < facts.total && (
            <Link className="button button-quiet" href={at(facts.page + 1)} prefetch={false}>
              Nächste Seite
            </Link>
          )}
        </nav>
      )}
    </>
  )
}
