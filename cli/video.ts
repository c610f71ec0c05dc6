import { assignVideo } from '#domain/video/assignVideo.ts'
import { listVideos, type VideoListItem } from '#domain/video/listVideos.ts'
import { syncVideo } from '#domain/video/syncVideo.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

const line = (video: VideoListItem) =>
  [
    video.guid,
    `${String(video.length).padStart(5)} s`,
    video.state.padEnd(12),
    video.lessons.map((lesson) => lesson.number).join(',') || '-',
    video.title,
  ].join('  ')

/** `video list [text]`, `video assign <lesson> <guid>` (lesson: id or slug), `video sync [guid]` (asks Bunny now). */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  list: async (ctx, [search]) => {
    const { videos, total } = await listVideos(ctx, { search, perPage: 200 })
    console.log(videos.length === 0 ? 'No films known. `video sync` asks Bunny.' : videos.map(line).join('\n'))
    if (total > videos.length) console.log(`… and ${total - videos.length} more; give a part of the title.`)
  },
  assign: async (ctx, [lessonId, guid]) => {
    if (!lessonId || !guid) throw new AppError('invalid_input', 'video assign <lesson> <guid>')
    const assigned = await assignVideo(ctx, { lessonId, guid })
    console.log(`Lesson ${assigned.lessonId} now shows film ${guid}.`)
  },
  sync: async (ctx, [guid]) => {
    const { synced } = await syncVideo(ctx, guid)
    console.log(`${synced} ${synced === 1 ? 'film' : 'films'} stored as Bunny has them.`)
  },
}
