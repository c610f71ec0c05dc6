import { route } from '#app/_http/route.ts'
import { AppError } from '#errors'
import { platform } from '#platform'

/** 200 as soon as this process can serve, even without its database; 503 for a schema that it does not know. */
export const GET = route({}, async ({ ctx }) => {
  const schema = await platform()
    .vitals.schema()
    .catch(() => 'unknown' as const)
  if (schema === 'old' || schema === 'empty') {
    ctx.log.error({ schema }, 'the database lacks migrations: run `npm run cli -- database migrate`')
    throw new AppError('database_unavailable', `schema is ${schema}`)
  }
  return { ready: true, degraded: schema === 'unknown' ? ['database'] : [] }
})
