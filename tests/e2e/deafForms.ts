import type { Page } from '@playwright/test'
import { newAddress } from './shop.ts'

/**
 * Every form of the product with something to type in. `deaf.spec.ts` walks each of them twice: typed into before the
 * scripts arrive, and in a browser without any. A form that is missing here fails there.
 */

export interface FormRow {
  /** The file that has the form. */
  from: string
  who: 'nobody' | 'buyer' | 'learner' | 'operator'
  path: string | ((places: Places) => string)
  /** Fills the form in; answers the fields that must be sent. */
  type(page: Page): Promise<Record<string, string>>
  /** The button that sends it; without one, Enter in the last field. */
  press?: string
  /** Path of the request that sends the form. */
  to: RegExp
  /** The server refuses it here; only what was sent is looked at. */
  refused?: true
  /** The button in the walk without scripts, where an Enter that leaves the page keeps Playwright waiting. */
  pressPlain?: string
  /** The request is stopped on its way, because its effect would change another row's page or the shared workshop. */
  held?: true
}

export interface Places {
  /** The thank-you page of an order that is paid. */
  thanks: string
  /** The operator's page of a paid order. */
  order: string
}

const fill = async (page: Page, label: string | RegExp, value: string) =>
  page.getByRole('main').getByLabel(label).first().fill(value)
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const unfold = async (page: Page, summary: string) =>
  page.getByRole('main').locator('summary', { hasText: summary }).first().click()

export const forms: FormRow[] = [
  {
    from: 'components/auth/LoginForm.tsx',
    who: 'nobody',
    path: '/anmelden?next=/heft',
    to: /magic-link$/,
    press: 'Link schicken',
    async type(page) {
      const email = newAddress('frueh')
      await fill(page, 'Deine E-Mail-Adresse', email)
      return { email, next: '/heft' }
    },
  },
  {
    from: 'components/auth/CodeForm.tsx',
    who: 'nobody',
    path: '/anmelden/code',
    to: /verify$/,
    press: 'Anmelden',
    refused: true,
    async type(page) {
      await fill(page, 'Code aus der Mail', '123456')
      return { code: '123456' }
    },
  },
  {
    from: 'components/order/OrderForm.tsx',
    who: 'nobody',
    path: '/bestellen',
    to: /create-checkout$/,
    press: 'zahlungspflichtig bestellen',
    async type(page) {
      const email = newAddress('frueh')
      await fill(page, 'Deine E-Mail-Adresse', email)
      for (const tick of await page.getByRole('checkbox').all()) await tick.check()
      return { email, 'consent.startNow': 'on', 'consent.acknowledgesLoss': 'on' }
    },
  },
  {
    from: 'app/(public)/kein-zugang/page.tsx',
    who: 'nobody',
    path: '/kein-zugang',
    to: /\/api\/claim$/,
    press: 'Nachsehen lassen',
    async type(page) {
      const email = newAddress('frueh')
      await fill(page, 'Deine E-Mail-Adresse', email)
      await fill(page, /Bestellnummer oder Belegnummer/, 'W-2026-0001')
      return { email, reference: 'W-2026-0001' }
    },
  },
  {
    from: 'components/withdrawal/DeclarationFields.tsx',
    who: 'nobody',
    path: '/widerruf',
    to: /withdrawal\/draft$/,
    press: 'Weiter zur Bestätigung',
    async type(page) {
      const email = newAddress('frueh')
      await fill(page, 'Dein Name', 'Mara Früh')
      await fill(page, 'Welcher Vertrag?', 'W-2026-0002')
      await fill(page, 'E-Mail-Adresse für die Eingangsbestätigung', email)
      return { name: 'Mara Früh', contract: 'W-2026-0002', email }
    },
  },
  {
    from: 'components/order/AddressForm.tsx',
    who: 'buyer',
    path: ({ thanks }) => thanks,
    to: /\/api\/orders\/[^/]+\/email$/,
    press: 'Adresse ändern',
    // Works once for each order: stopping it leaves that one time for the walk without scripts.
    held: true,
    async type(page) {
      const email = newAddress('frueh')
      const summary = page.locator('details:not([open]) > summary', { hasText: 'Adresse vertippt?' })
      if (await summary.isVisible()) await summary.click()
      await fill(page, 'Deine E-Mail-Adresse', email)
      return { email }
    },
  },
  {
    from: 'components/account/NameForm.tsx',
    who: 'learner',
    path: '/konto',
    to: /account\/name$/,
    press: 'Sichern',
    async type(page) {
      await fill(page, 'Dein Name', 'Früh Auf')
      return { name: 'Früh Auf' }
    },
  },
  {
    from: 'components/account/AddressMove.tsx',
    who: 'learner',
    path: '/konto',
    to: /account\/email$/,
    press: 'Beide Postfächer fragen',
    // A wish that is under way takes the form's place: stopped on its way, the walk without scripts finds the form.
    held: true,
    async type(page) {
      const email = newAddress('frueh')
      await unfold(page, 'Adresse ändern')
      await fill(page, 'Deine neue E-Mail-Adresse', email)
      return { email }
    },
  },
  {
    from: 'components/member/ParticipationName.tsx',
    who: 'learner',
    path: '/teilnahme',
    to: /\/api\/certificate$/,
    async type(page) {
      await fill(page, 'Name auf der Bestätigung', 'Früh Fertig')
      return { name: 'Früh Fertig' }
    },
  },
  {
    from: 'components/plan/PlanForm.tsx',
    who: 'learner',
    path: '/plan',
    to: /\/api\/plan$/,
    press: 'Plan ändern',
    held: true,
    async type(page) {
      await unfold(page, 'Plan ändern')
      await page.getByLabel('Wie viele Minuten am Tag?').selectOption('45')
      await page.getByRole('checkbox', { name: 'Sonntag' }).check()
      await page.getByRole('checkbox', { name: 'Montag' }).uncheck()
      await fill(page, 'Um wie viel Uhr?', '06:45')
      await fill(page, 'Ab wann?', inDays(10))
      return { minutes: '45', 'weekdays.7': 'on', time: '06:45', startsOn: inDays(10) }
    },
  },
  {
    from: 'components/plan/PlanChange.tsx',
    who: 'learner',
    path: '/plan',
    to: /plan\/pause$/,
    press: 'Pause machen',
    held: true,
    async type(page) {
      await unfold(page, 'Pause machen')
      await fill(page, 'Wann geht es weiter?', inDays(20))
      return { until: inDays(20) }
    },
  },
  {
    from: 'components/search/Search.tsx',
    who: 'learner',
    path: '/suche',
    pressPlain: 'Suchen',
    to: /\/(api\/search|suche)$/,
    async type(page) {
      await page.getByRole('searchbox').fill('Besen')
      return { q: 'Besen' }
    },
  },
  {
    from: 'components/notes/Notebook.tsx',
    who: 'learner',
    path: '/heft',
    to: /\/heft$/,
    press: 'Filtern',
    async type(page) {
      await fill(page, 'Worin steht', 'Korb')
      await page.getByLabel('Zeigen').selectOption('notizen')
      return { text: 'Korb', art: 'notizen' }
    },
  },
  {
    from: 'components/admin/AdminPage.tsx',
    who: 'operator',
    path: '/admin',
    to: /admin\/search$/,
    async type(page) {
      await page.getByRole('searchbox', { name: 'Suchen' }).fill('niemand@example.test')
      return { q: 'niemand@example.test' }
    },
  },
  {
    from: 'components/admin/Filters.tsx',
    who: 'operator',
    path: '/admin/ereignisse',
    to: /\/admin\/ereignisse$/,
    press: 'Anzeigen',
    async type(page) {
      await page.locator('select[name=von]').selectOption('stripe')
      await fill(page, /Gegenstand/, 'cs_test_frueh')
      return { von: 'stripe', gegenstand: 'cs_test_frueh' }
    },
  },
  {
    from: 'components/admin/Ask.tsx',
    who: 'operator',
    path: ({ order }) => order,
    to: /\/refund$/,
    press: 'Ja, Geld zurückgeben',
    async type(page) {
      await unfold(page, 'Erstatten')
      await fill(page, 'Betrag in Euro', '1,00')
      await fill(page, 'Grund', 'früh getippt')
      return { amount: '1,00', reason: 'früh getippt' }
    },
  },
  {
    from: 'app/admin/freigaben/RuleForm.tsx',
    who: 'operator',
    path: '/admin/freigaben',
    to: /releases\/set$/,
    press: 'Ja, so freigeben',
    held: true,
    async type(page) {
      await unfold(page, 'Regel setzen')
      await page.getByLabel('Wofür').selectOption({ index: 3 })
      await page.getByLabel('sofort mit dem Kauf').check()
      await fill(page, 'Grund', 'früh getippt')
      return { target: await page.getByLabel('Wofür').inputValue(), kind: 'now', reason: 'früh getippt' }
    },
  },
  {
    from: 'app/admin/freigaben/Preview.tsx',
    who: 'operator',
    path: '/admin/freigaben',
    to: /\/admin\/freigaben$/,
    press: 'Anzeigen',
    async type(page) {
      await page.getByRole('form', { name: 'Vorschau' }).locator('input[name=kauf]').fill('2026-01-05')
      return { kauf: '2026-01-05' }
    },
  },
]

/** Files with fields that no form sends: what is typed there is kept at once, see „live fields“ in `deaf.spec.ts`. */
export const liveFields = [
  'components/notes/BookmarkItem.tsx',
  'components/notes/Checklist.tsx',
  'components/notes/Composer.tsx',
  'components/notes/NoteField.tsx',
  'components/player/SettingsSheet.tsx',
  'components/player/Switch.tsx',
  'components/site/ThemeSwitch.tsx',
]

/** Files whose fields nobody types into, or belong to a form that is listed above. */
export const otherFields = [
  'app/admin/ereignisse/page.tsx',
  'components/order/EmailField.tsx',
  'components/plan/CopyField.tsx',
]
