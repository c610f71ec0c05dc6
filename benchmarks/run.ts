import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { buildTree } from '#start/buildTree.ts'
import { buildBareNext, openBareNext } from './bareNext.ts'
import { makeLearners } from './learners.ts'
import { measureLessonPage, measureProgress } from './learning.ts'
import { measureLetters } from './letters.ts'
import { measureLogin } from './login.ts'
import { besidesOf, measurePages } from './pages.ts'
import { measureScripts } from './pageWeight.ts'
import { measureBook } from './paper.ts'
import { measureCrowd, measurePaidToMail } from './purchases.ts'
import { createReport, MB, type Report } from './report.ts'
import { measureSearch } from './search.ts'
import { openShop, type Shop } from './shop.ts'
import { measureWebhook } from './webhook.ts'

/**
 * `npm run bench`: the budgets of docs/benchmarks.md, measured on the real product with its emulators, all on loopback.
 * Ends by itself; exit code 1 only if it could not measure. `npm run bench -- webhook login` runs these parts alone;
 * `-- pages --beside <url> [--cookie <name=value>]` measures another server's page in turns with ours.
 */

const PORT = 24_000
const BARE_PORT = 24_010
const LEARNERS = 10_000
const WORKER_BYTES = 250_000_000

const say = (line: string) => process.stdout.write(`${line}\n`)
const words = process.argv.slice(2)
const besides = besidesOf(words)
const wanted = words.filter((word, at) => !word.startsWith('-') && !words[at - 1]?.startsWith('--'))
const asks = (part: string) => wanted.length === 0 || wanted.includes(part)

async function main(): Promise<void> {
  await buildTree(say)
  await buildBareNext()
  const began = performance.now()
  const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-bench-'))
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().then(() => process.exit(1)))
  try {
    const report = createReport(say)
    const data = path.join(folder, 'data')
    const first = await openShop(data, PORT)
    closing.push(() => first.stop())
    await closing.pop()?.()
    const shop = await openShop(data, PORT)
    closing.push(() => shop.stop())
    await sayEnvironment(shop)
    judgeStart(report, first.startSeconds, shop.startSeconds)
    const bare = await openBareNext(BARE_PORT, shop.webhookSecret, path.join(folder, 'bare.log'))
    closing.push(() => bare.stop())

    if (asks('letters')) await measureLetters(report)
    if (asks('mail')) await measurePaidToMail(shop, report)
    if (asks('webhook')) await measureWebhook(shop, bare, report)
    const learners = await makeLearners(shop, LEARNERS)
    if (asks('progress')) await measureProgress(shop, learners, report)
    if (asks('lesson')) await measureLessonPage(shop, learners, report)
    if (asks('pages')) await measurePages(shop, learners, besides, report)
    if (asks('search')) await measureSearch(shop, learners, report)
    if (asks('book')) await measureBook(shop, learners[1]!, report)
    if (asks('scripts')) await measureScripts(shop, bare, learners[0]!, report)
    if (asks('login')) await measureLogin(shop, learners, report)
    if (asks('crowd')) await measureCrowd(shop, report)
    judgeMemory(report, shop)
    report.close((performance.now() - began) / 1000)
  } finally {
    await close()
  }
}

async function sayEnvironment(shop: Shop): Promise<void> {
  const [row] = await shop.sql<{ version: string }>(`select current_setting('server_version') as version`)
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? '?'}), ${MB(totalmem())}`
  say(`${new Date().toISOString().slice(0, 16)}Z · ${machine} · load ${loadavg()[0]?.toFixed(1)} before the run`)
  say(`Node ${process.version} · PostgreSQL ${row?.version} · Next ${dependencies.next}`)
  say('Shop, worker, PostgreSQL, emulators and the load generator share these cores.')
}

function judgeStart(report: Report, first: number, again: number): void {
  report.title('npm start on a built tree, embedded PostgreSQL')
  report.judge('first start (makes the database)', `${first.toFixed(1)} s`, '< 5 s', first < 5)
  report.judge('every other start', `${again.toFixed(1)} s`, '< 5 s', again < 5)
}

function judgeMemory(report: Report, shop: Shop): void {
  const worker = shop.memory('worker')
  report.title('Memory after all of this')
  report.note('web', MB(shop.memory('web')))
  report.judge('worker', MB(worker), '< 250 MB', worker < WORKER_BYTES)
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  },
)
