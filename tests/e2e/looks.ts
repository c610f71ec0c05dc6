import { mkdirSync, readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import type Axe from 'axe-core'

const AXE = `${readFileSync('node_modules/axe-core/axe.min.js', 'utf8')}\n;0`

/**
 * Runs axe on the page as it stands. What it finds comes back as sentences: described in full, with every element that
 * is in order, a page of ours has megabytes.
 */
async function look(page: Page, runOnly: Axe.RunOnly): Promise<{ violations: string[]; met: string[] }> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  return page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: typeof Axe }
    const { violations, passes } = await axe.run(document, { runOnly: only, resultTypes: ['violations'] })
    const inWords = ({ id, nodes }: Axe.Result) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`
    return { violations: violations.map(inWords), met: passes.map(({ id }) => id) }
  }, runOnly)
}

/** Waits until all fades have ended: before that, colours are not the final ones. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const ending = document
      .getAnimations()
      .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
    await Promise.all(ending.map(({ finished }) => finished.catch(() => {})))
  })

/** No violation of WCAG 2.2 AA or of axe's best practice on the page as it stands; answers the rules that were met. */
export async function noViolations(page: Page, state = page.url()): Promise<string[]> {
  await settled(page)
  const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations, met } = await look(page, { type: 'tag', values })
  expect(violations, state).toEqual([])
  return met
}

/** Checks the page in its dark colours; only rules that depend on colours are tested again. */
export async function readableInTheDark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await settled(page)
  const { violations } = await look(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block'] })
  expect(violations, `${page.url()} in the dark`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** At this width nothing overflows the page sideways. */
export async function fits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth),
    `${page.url()} at ${width} px`,
  ).toBeLessThanOrEqual(width)
}

/** Fits a phone and a desk, and has no violation; axe runs at one width only, since it reads the same page at both. */
export async function sound(page: Page, light: 'light' | 'dark' = 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: light, reducedMotion: 'reduce' })
  await fits(page, light === 'dark' ? 1440 : 320)
  await fits(page, light === 'dark' ? 320 : 1440)
  await noViolations(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 720 })
}

/** Only with SHOTS=folder: pictures of the page for people to judge. */
export async function pictures(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [320, 768, 1440]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 720 })
}
