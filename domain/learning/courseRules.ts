/** What the files of `content/` may say; their reader (`libs/contentFiles.ts`) is handed these and refuses the rest. */
export const courseRules = {
  /** Lessons last 3 to 8 minutes: the sandbox film is 8 minutes long and is cut to the lesson's length. */
  lessonSeconds: { least: 180, most: 480 },
  /** The latest a lesson opens after the purchase: ten years, in `releases.json` and by hand. */
  releaseDays: 3650,
} as const
