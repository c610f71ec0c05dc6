import { z } from 'zod'
import { viewerRoute } from '#app/_http/route.ts'
import { allPlayerSettings } from '#domain/learning/settings/allPlayerSettings.ts'
import { changePlayerSettings } from '#domain/learning/settings/changePlayerSettings.ts'
import { CAPTION_SIZES, MAX_LINES, MIN_LINES, RATES } from '#domain/learning/settings/rules.ts'

const player = z
  .strictObject({
    rate: z.literal(RATES),
    volume: z.number().min(0).max(1),
    muted: z.boolean(),
    captions: z.boolean(),
    captionSize: z.enum(CAPTION_SIZES),
    quality: z.union([z.literal(['auto', 'saver']), z.int().min(MIN_LINES).max(MAX_LINES)]),
    autoplay: z.boolean(),
    pageKeys: z.boolean(),
  })
  .partial()

/** How this person likes to watch. */
export const GET = viewerRoute({}, async ({ ctx, viewer }) => ({ player: await allPlayerSettings(ctx, viewer) }))

/** `{ player: { rate: 1.5 } }`: what changed; everything else stays. Answers all settings. */
export const PUT = viewerRoute({ body: z.strictObject({ player }) }, async ({ ctx, viewer, input }) => {
  await ctx.limits.consume('settings_per_person', viewer.personId)
  return { player: await changePlayerSettings(ctx, { viewer, change: input.player }) }
})
