import { z } from 'zod'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { certify } from '#domain/learning/certificate/certify.ts'

/** Writes one's own Teilnahmebestätigung, or corrects the name on it. */
export const POST = viewerRoute(
  {
    body: z.object({ name: z.string().max(500) }),
    forms: true,
    formErrorPath: (fehler) => paths.participation({ fehler }),
  },
  async ({ ctx, viewer, input, isForm }) => {
    const { number, name, completedOn, lessons, minutes } = await certify(ctx, { viewer, name: input.name })
    if (isForm) return seeOther(paths.participation({ stand: 'gesichert' }))
    return json({ number, name, completedOn, lessons, minutes, address: paths.certificate(number) })
  },
)
