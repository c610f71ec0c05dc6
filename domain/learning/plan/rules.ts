import { addDays, type Day, daysBetween, isDay, mondayOf, weekdayOf } from '#domain/calendar/berlinDays.ts'
import { AppError } from '#errors'

/** „Mein Wochenplan“ without I/O: which wishes are possible, and which lessons come on which day. */

const MINUTES = { least: 10, most: 120 } as const
/** A plan begins, and a pause ends, at most so many days ahead. */
const FARTHEST_DAYS = 366

export interface PlanWish {
  /** 1 = Monday … 7 = Sunday, sorted. */
  weekdays: number[]
  minutes: number
  /** „07:30“, wall clock in Berlin. */
  time: string
  /** No day before this one is planned. */
  startsOn: Day
}

const bad = (fields: Record<string, string>) =>
  new AppError('invalid_input', `plan: ${Object.keys(fields).join(', ')}`, { fields })

/**
 * Checks the first day of a plan or the day after a pause: from `earliest` on, within a year. Throws `invalid_input`
 * with a sentence for `field`.
 */
export function checkDay(text: string, field: string, today: Day, earliest: Day): Day {
  if (!isDay(text)) throw bad({ [field]: 'Ein Datum wie 2026-12-07.' })
  if (text < earliest)
    throw bad({ [field]: earliest === today ? 'Dieser Tag ist schon vorbei.' : 'Nimm einen Tag ab morgen.' })
  if (daysBetween(today, text) > FARTHEST_DAYS) throw bad({ [field]: 'Höchstens ein Jahr voraus.' })
  return text
}

/** Checks a wish and tidies it: weekdays sorted, each once. Throws `invalid_input` with a sentence per field. */
export function checkWish(
  input: { weekdays: number[]; minutes: number; time: string; startsOn?: string | null },
  today: Day,
): PlanWish {
  const fields: Record<string, string> = {}
  const { minutes, time, weekdays } = input
  if (!Number.isInteger(minutes) || minutes < MINUTES.least || minutes > MINUTES.most)
    fields.minutes = `Ganze Minuten, von ${MINUTES.least} bis ${MINUTES.most}.`
  if (weekdays.length === 0) fields.weekdays = 'Wähl mindestens einen Wochentag.'
  else if (weekdays.length > 7 || weekdays.some((one) => !Number.isInteger(one) || one < 1 || one > 7))
    fields.weekdays = 'Wochentage sind die Zahlen 1 (Montag) bis 7 (Sonntag), jede höchstens einmal.'
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) fields.time = 'Eine Uhrzeit wie 07:30.'
  if (Object.keys(fields).length > 0) throw bad(fields)
  const startsOn = input.startsOn ? checkDay(input.startsOn, 'startsOn', today, today) : today
  return { weekdays: [...new Set(weekdays)].sort((a, b) => a - b), minutes, time, startsOn }
}

export interface Remaining {
  id: string
  /** What is left of it, at the learner's speed. */
  seconds: number
  /** The first day on which it is open at the planned time; null: it is open. */
  notBefore: Day | null
}

export interface PlanDay<Lesson extends Remaining = Remaining> {
  day: Day
  lessons: Lesson[]
  seconds: number
}

/**
 * Puts the remaining lessons on the wished weekdays from `today` on, each whole and once: as many a day as fit into its
 * minutes, and at least one (a lesson longer than that has the day to itself). They keep the order of the course,
 * except that a lesson not open yet waits for the first planned day on which it is. What was watched today
 * (`watchedToday`, seconds) counts towards today. Past days do not matter, so nothing has to be caught up.
 */
export function planDays<Lesson extends Remaining>(
  remaining: Lesson[],
  wish: PlanWish,
  today: Day,
  watchedToday = 0,
): PlanDay<Lesson>[] {
  const days: PlanDay<Lesson>[] = []
  let rest = remaining
  let day = wish.startsOn > today ? wish.startsOn : today
  while (rest.length > 0) {
    day = onWeekday(day, wish.weekdays)
    const already = day === today ? watchedToday : 0
    const lessons = fill(
      rest.filter(({ notBefore }) => notBefore === null || notBefore <= day),
      wish.minutes * 60 - already,
      already === 0,
    )
    if (lessons.length > 0) days.push({ day, lessons, seconds: lessons.reduce((sum, { seconds }) => sum + seconds, 0) })
    rest = rest.filter((lesson) => !lessons.includes(lesson))
    day = nextCandidate(day, rest)
  }
  return days
}

const onWeekday = (day: Day, weekdays: number[]): Day => {
  const ahead = Array.from({ length: 7 }, (_, step) => addDays(day, step))
  return ahead.find((one) => weekdays.includes(weekdayOf(one)))!
}

function fill<Lesson extends Remaining>(open: Lesson[], seconds: number, atLeastOne: boolean): Lesson[] {
  const taken: Lesson[] = []
  let left = seconds
  for (const lesson of open) {
    if (lesson.seconds > left && !(atLeastOne && taken.length === 0)) break
    taken.push(lesson)
    left -= lesson.seconds
  }
  return taken
}

/**
 * The day after the last planned day before `today`: at its midnight the rest of that day moved on. Null while the plan
 * has no past day.
 */
export function carriedOverOn(wish: Pick<PlanWish, 'weekdays' | 'startsOn'>, today: Day): Day | null {
  const ago = Array.from({ length: 7 }, (_, step) => addDays(today, -1 - step))
  const planned = ago.find((one) => wish.weekdays.includes(weekdayOf(one)))
  return planned !== undefined && planned >= wish.startsOn ? addDays(planned, 1) : null
}

/** The next day worth looking at: tomorrow, or the day on which the first of these lessons opens if that is later. */
function nextCandidate(day: Day, rest: Remaining[]): Day {
  const tomorrow = addDays(day, 1)
  const opens = rest.map(({ notBefore }) => notBefore ?? tomorrow).sort()[0]
  return opens !== undefined && opens > tomorrow ? opens : tomorrow
}

/** Groups days by the Monday of their week. */
export function byWeek<Lesson extends Remaining>(days: PlanDay<Lesson>[]): { monday: Day; days: PlanDay<Lesson>[] }[] {
  return [...Map.groupBy(days, ({ day }) => mondayOf(day))].map(([monday, own]) => ({ monday, days: own }))
}

/**
 * The first day on which a lesson can be planned that opens at this wall-clock moment („2026-11-30T06:00“) when the
 * learner begins at `time`.
 */
export function firstDay(opens: string, time: string): Day {
  const day = opens.slice(0, 10)
  return opens.slice(11, 16) <= time ? day : addDays(day, 1)
}
