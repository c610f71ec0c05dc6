import { z } from 'zod'
import { adminAction, reasonField } from '#app/_http/adminAction.ts'
import { setRule } from '#domain/learning/releases/setRule.ts'

const fields = z.object({ target: z.string().max(120), reason: reasonField })

/** Takes a row away, so that `content/releases.json` counts again. */
export const POST = adminAction(fields, async ({ ctx, input, actor, key }) => {
  const { name } = await setRule(ctx, { ...input, rule: null, actor, key })
  return { said: `${name}: Die Zeile ist weg, es gilt wieder die Datei. Was jemand schon offen hatte, bleibt offen.` }
})
