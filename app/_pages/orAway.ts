import 'server-only'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { isAppError } from '#errors'

/** What a page shows; null, and 503 for the page, while the database is away. */
export async function orAway<View>(read: Promise<View>): Promise<View | null> {
  try {
    return await read
  } catch (error) {
    if (!isAppError(error) || error.code !== 'database_unavailable') throw error
    sayRefused(error.code)
    return null
  }
}
