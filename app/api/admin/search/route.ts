import { z } from 'zod'
import { searchCookie } from '#app/_http/flash.ts'
import { paths } from '#app/_http/paths.ts'
import { seeOther } from '#app/_http/respond.ts'
import { adminRoute } from '#app/_http/route.ts'
import { eventKey } from '#components/admin/eventKey.ts'
import { type Found, searchPeople } from '#domain/operator/searchPeople.ts'

const body = z.object({ q: z.string().max(280).default('') })
const formErrorPath = (code: string) =>
  code === 'unauthenticated' ? paths.login({ next: paths.admin() }) : paths.admin()

/**
 * The search field in the admin area's header: leads to the only thing it finds, else to the list. A POST with the text
 * in a cookie, because the text may be a mail address, which must not reach logs.
 */
export const POST = adminRoute({ body, forms: true, formErrorPath }, async ({ ctx, input, isForm }) => {
  const found = await searchPeople(ctx, input.q)
  const only = onlyHit(found)
  if (!isForm) return { hits: countHits(found), path: only }
  return seeOther(only ?? paths.adminSearch(), { cookies: [searchCookie(input.q.trim(), ctx.settings.siteUrl)] })
})

const countHits = (found: Found) => Object.values(found).reduce((sum, rows) => sum + rows.length, 0)

function onlyHit(found: Found): string | null {
  if (countHits(found) !== 1) return null
  const [person] = found.people
  const [order] = found.orders
  const [letter] = found.letters
  const [event] = found.events
  if (person) return paths.adminPerson(person.id)
  if (order) return paths.adminOrder(order.id)
  if (letter) return paths.adminMail(letter.id)
  return event ? paths.adminEvent(eventKey(event)) : null
}
