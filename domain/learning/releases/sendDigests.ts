import { type CourseMember, courseMembers } from '#domain/access/courseMembers.ts'
import { knownKeys } from '#domain/mail/knownKeys.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { takeBack } from '#domain/mail/takeBack.ts'
import type { Ctx, Lesson } from '#ports'
import { COURSE } from '../rules.ts'
import { selectWithoutMails } from '../settings/store.ts'
import { readTouched } from '../store.ts'
import { digestDue, digestKey, hasNews, newsFor } from './digestRules.ts'
import { rememberMoments } from './release.ts'
import { lookupFor } from './schedule.ts'
import { lockDigests, markAnnounced, readAnnounced } from './store.ts'

/** People per transaction. */
const BATCH = 200
/** The day for which this process is done; another or a new process looks again and finds nothing to do. */
const done = new WeakMap<object, string>()

interface Candidate {
  member: CourseMember
  news: Lesson[]
}

/**
 * The morning's digests: at most one letter a day per learner, about lessons that opened by the plan since the last one
 * and were neither opened nor watched yet. Scheduled in every worker at once and may be killed anywhere: a lesson is
 * marked as told in the transaction that writes its letter. A letter of an earlier day that still waits is joined into
 * the new one, so that after an outage there is one letter. Answers how many were written. Throws
 * `database_unavailable`.
 */
export async function sendDigests(ctx: Ctx): Promise<{ written: number }> {
  const due = digestDue(ctx.clock.now())
  if (!due || done.get(ctx.db) === due.day) return { written: 0 }
  const { lessons } = ctx.content.course()
  const plan = ctx.content.releases()
  const lookup = await lookupFor(ctx)
  let written = 0
  if (hasNews(lessons, plan, lookup(null))) {
    let after: string | null = null
    do {
      const page: CourseMember[] = await courseMembers(ctx, COURSE, { after, limit: BATCH })
      const shared = rememberMoments()
      const candidates = page.flatMap((member): Candidate[] => {
        const overrides = lookup(member.personId)
        // Everybody without a change of their own shares the same moments.
        const moment = overrides.person.since === null ? shared : rememberMoments()
        const news = newsFor({ lessons, plan, overrides, holdings: member.holdings, until: due.until, moment })
        return news.length > 0 ? [{ member, news }] : []
      })
      written += await writeDigests(ctx, candidates, due.day)
      after = page.length === BATCH ? page.at(-1)!.personId : null
    } while (after !== null)
  }
  done.set(ctx.db, due.day)
  if (written > 0) ctx.log.info({ written, day: due.day }, 'release digests written')
  return { written }
}

async function writeDigests(ctx: Ctx, candidates: Candidate[], day: string): Promise<number> {
  if (candidates.length === 0) return 0
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await lockDigests(db)
    const fresh = await freshOf(inside, candidates, day)
    const personIds = fresh.map(({ member }) => member.personId)
    const without = new Set(await selectWithoutMails(db, personIds))
    const wanted = personIds.filter((id) => !without.has(id))
    const { inputs, underWay } = await takeBack(inside, { kind: 'release_digest', personIds: wanted })
    let written = 0
    for (const { member, news } of fresh) {
      const { personId } = member
      // A letter of an earlier day may be on its way: that is enough for today, the news waits for tomorrow.
      if (underWay.has(personId)) continue
      await markAnnounced(
        db,
        news.map(({ id }) => ({ personId, lessonId: id })),
        ctx.clock.now(),
      )
      if (without.has(personId)) continue
      const earlier = (inputs.get(personId) ?? []).flatMap(({ lessons }) => lessons.map(({ id }) => id))
      await writeDigest(inside, { member, news: await joined(inside, personId, news, earlier) }, day)
      written++
    }
    return written
  })
}

/** Candidates without a letter today, with the lessons that they were not told of and have not opened or watched. */
async function freshOf(ctx: Ctx, candidates: Candidate[], day: string): Promise<Candidate[]> {
  const personIds = candidates.map(({ member }) => member.personId)
  const written = await knownKeys(
    ctx,
    personIds.map((id) => digestKey(id, day)),
  )
  const known = [...(await readAnnounced(ctx.db, personIds)), ...(await readTouched(ctx.db, personIds))]
  const told = new Set(known.map(({ personId, lessonId }) => `${personId} ${lessonId}`))
  return candidates.flatMap(({ member, news }) => {
    if (written.has(digestKey(member.personId, day))) return []
    const left = news.filter(({ id }) => !told.has(`${member.personId} ${id}`))
    return left.length > 0 ? [{ member, news: left }] : []
  })
}

/** The news together with the lessons of an earlier, unsent letter that are still untouched; in course order. */
async function joined(ctx: Ctx, personId: string, news: Lesson[], earlier: string[]): Promise<Lesson[]> {
  if (earlier.length === 0) return news
  const touched = new Set((await readTouched(ctx.db, [personId])).map(({ lessonId }) => lessonId))
  const ids = new Set([...news.map(({ id }) => id), ...earlier.filter((id) => !touched.has(id))])
  return ctx.content.course().lessons.filter(({ id }) => ids.has(id))
}

async function writeDigest(ctx: Ctx, { member, news }: Candidate, day: string): Promise<void> {
  const { personId, email, name } = member
  const lessons = news.map(({ id, number, slug, title, durationSeconds }) => ({
    ...{ id, number, slug, title },
    seconds: durationSeconds,
  }))
  await queueLetter(ctx, {
    kind: 'release_digest',
    uniqueKey: digestKey(personId, day),
    to: email,
    personId,
    inputs: { name, lessons },
  })
}
