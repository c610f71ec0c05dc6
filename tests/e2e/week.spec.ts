import { expect } from '@playwright/test'
import { minutes } from '#components/format.ts'
import { clock, lessonAt, lessons } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { shop } from './shop.ts'

test('the week shows what was really done, and the bench counts in the learner’s own minutes', async ({ page }) => {
  await learnerIn(page)
  const headers = { origin: shop.url, 'sec-fetch-site': 'same-origin' }
  await page.goto(`${shop.url}/woche`)
  await expect(page.getByText('Noch nichts gesehen. Die Lektionen laufen dir nicht weg.')).toBeVisible()

  const now = new Date().toISOString()
  const report = (lessonId: string, to: number) => ({
    ...{ lessonId, ranges: [[0, to]], position: to, at: now, sentAt: now, clientId: 'test' },
  })
  const [whole, begun] = [lessonAt(lessons.first), lessonAt('/lektionen/der-eingangskorb')]
  const reports = [report(whole.id, whole.durationSeconds), report(begun.id, 42)]
  expect((await page.request.post(`${shop.url}/api/progress`, { headers, data: reports })).ok()).toBe(true)
  await page.reload()
  const seen = minutes(whole.durationSeconds + 42)
  await expect(page.getByText(`${seen} Film, eine Lektion erledigt.`, { exact: false })).toBeVisible()
  await expect(page.getByRole('link', { name: 'erledigt: Lektion 1: Was dich heute kostet' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Lektion 7: Der Eingangskorb' })).toBeVisible()
  const note = (fields: object) => ({
    ...{ id: crypto.randomUUID(), lessonId: begun.id, second: 7, body: 'Ein Korb genügt.', deleted: false },
    ...{ kind: 'note', base: 0, writer: 'page-one', seq: 1, over: [], ...fields },
  })
  const notes = [note({}), note({ second: 9 }), note({ kind: 'bookmark', second: 30, body: '' })]
  expect((await page.request.post(`${shop.url}/api/notes`, { headers, data: notes })).ok()).toBe(true)
  await page.reload()
  await expect(page.getByText('2 Notizen geschrieben, eine Stelle gemerkt. Zum Heft')).toBeVisible()
  await noViolations(page)
  await page.getByRole('link', { name: 'Woche davor' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Eine Woche von dir' })).toBeVisible()
  await page.goto(`${shop.url}/woche?woche=2999-01-01`)
  await expect(page.getByRole('heading', { level: 1, name: 'Diese Woche gibt es nicht.' })).toBeVisible()

  const changed = await page.request.put(`${shop.url}/api/settings`, { headers, data: { player: { rate: 2 } } })
  expect(changed.ok(), await changed.text()).toBe(true)
  await page.goto(`${shop.url}/werkstatt`)
  const left = clock((begun.durationSeconds - 42) / 2)
  await expect(page.getByText(`Du warst bei 0:42. Noch ${left} Minuten, 2-fach.`, { exact: false })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Weiter bei Lektion 7, 0:42' })).toBeVisible()
})
