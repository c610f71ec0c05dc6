import { route } from '#app/_http/route.ts'
import { AppError } from '#errors'

/** Answers every address below `/api` that is no route with the usual JSON error instead of a page. */
const nothing = route({}, async () => {
  throw new AppError('not_found', 'no such route')
})

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT }
