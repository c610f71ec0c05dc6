import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { renamePerson } from '#domain/access/renamePerson.ts'

/** What the learner wants to be called; an empty name takes it away. */
export const POST = viewerRoute(
  {
    body: z.object({ name: z.string().max(500).default('') }),
    forms: true,
    formErrorPath: (name) => paths.account({ name }),
  },
  async ({ ctx, viewer, input, isForm }) => {
    const renamed = await renamePerson(ctx, { viewer, name: input.name })
    return isForm ? seeOther(paths.account({ name: 'gesichert' })) : json({ ok: true, ...renamed })
  },
)
