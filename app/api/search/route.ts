import { z } from 'zod'
import { viewerRoute } from '#app/_http/route.ts'
import { MAX_QUERY_CHARACTERS } from '#domain/learning/search/query.ts'
import { searchCourse } from '#domain/learning/search/searchCourse.ts'
import { AppError } from '#errors'

const query = z.object({ q: z.string().default('') })

/** The search while somebody types: the same result the page shows. */
export const GET = viewerRoute({ query }, async ({ ctx, viewer, query: { q } }) => {
  await ctx.limits.consume('search_per_person', viewer.personId)
  const result = await searchCourse(ctx, { viewer, query: q })
  if (result.state === 'long')
    throw new AppError('invalid_input', 'query too long', {
      fields: { q: `Höchstens ${MAX_QUERY_CHARACTERS} Zeichen.` },
    })
  return { ...result }
})
