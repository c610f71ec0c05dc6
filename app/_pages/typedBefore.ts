import 'server-only'
import { cookies } from 'next/headers'
import { cookieName } from '#app/_http/cookies.ts'
import { readTyped, type Typed } from '#app/_http/typedCookie.ts'
import { pageCtx } from '#app/_http/viewer.ts'

/** The fields of a refused form that led back here; none unless `refused`, the code in the page's address, is given. */
export async function typedBefore(refused: string | null | undefined): Promise<Typed> {
  if (!refused) return {}
  const { settings } = await pageCtx()
  return readTyped((await cookies()).get(cookieName('typed', settings.siteUrl))?.value)
}
