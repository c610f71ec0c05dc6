import 'server-only'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { isDatabaseAway } from '#errors'

/** What a page shows; null, and 503 for the page, while the database is away. */
export async function orAway<View>(read: Promise<View>): Promise<View | null> {
  try {
    return await read
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    sayRefused('database_unavailable')
    return null
  }
}
