import { courseRules } from '#domain/learning/courseRules.ts'
import { listLessonFiles, readLessonFile } from '#libs/contentFiles.ts'
import { root } from './settings.ts'

/**
 * The films of the sandbox's Bunny: one per lesson, under the guid of its front matter, as long as the lesson
 * (seconds).
 */
export const sandboxVideos = (): { guid: string; title: string; length: number }[] =>
  listLessonFiles(root)
    .map((file) => readLessonFile(root, file, courseRules))
    .map(({ video, title, durationSeconds }) => ({ guid: video, title, length: durationSeconds }))
