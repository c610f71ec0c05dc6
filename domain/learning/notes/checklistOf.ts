import type { Ctx } from '#ports'
import { checklistSentence } from './rules.ts'

export interface ChecklistItem {
  /** Made from the lesson and the sentence: reordering moves no tick, a changed sentence is a new item. */
  item: string
  text: string
  html: string
}

const known = new WeakMap<object, Map<string, ChecklistItem[]>>()

/**
 * A lesson's checklist with the key of each item; a sentence that occurs twice counts once. Throws `not_found` for an
 * unknown lesson.
 */
export function checklistOf(ctx: Pick<Ctx, 'content' | 'ids'>, lessonId: string): ChecklistItem[] {
  const lists = known.get(ctx.content) ?? new Map<string, ChecklistItem[]>()
  known.set(ctx.content, lists)
  const found = lists.get(lessonId)
  if (found) return found
  const items = new Map<string, ChecklistItem>()
  for (const { text, html } of ctx.content.checklist(lessonId)) {
    const item = ctx.ids.fromName(`checklist ${lessonId} ${checklistSentence(text)}`)
    if (!items.has(item)) items.set(item, { item, text, html })
  }
  const list = [...items.values()]
  lists.set(lessonId, list)
  return list
}

/** One item of a lesson's checklist, null when it has none with this key. Throws `not_found` for an unknown lesson. */
export const itemOf = (ctx: Pick<Ctx, 'content' | 'ids'>, lessonId: string, item: string): ChecklistItem | null =>
  checklistOf(ctx, lessonId).find((one) => one.item === item) ?? null
