import { paths } from '#app/_http/paths.ts'
import { Slot } from '#app/_parts/Slot.tsx'
import { ThemeSwitch } from '#components/site/ThemeSwitch.tsx'
import { drawFooter, drawPlaceholderBand } from '#parts/frame.tsx'
import type { Settings } from '#ports'

/** The foot of every page, and above it what the operator still has to fill in. */
export function Foot({ title, operator }: { title: string; operator: Settings['operator'] }) {
  return (
    <>
      {operator.placeholders.length > 0 && (
        <Slot
          id="angaben"
          as="aside"
          className="band mt-16"
          aria-label="Fehlende Angaben"
          html={drawPlaceholderBand(operator.placeholders)}
        />
      )}
      <footer className="site-footer">
        <div className="wrap grid gap-x-12 gap-y-8 py-10 md:grid-cols-[1.1fr_1fr_auto]">
          <Slot
            id="fuss"
            className="contents"
            html={drawFooter({
              title,
              email: operator.email,
              phone: operator.phone,
              pages: [
                { href: paths.imprint(), name: 'Impressum' },
                { href: paths.privacy(), name: 'Datenschutz' },
                { href: paths.terms(), name: 'AGB' },
                { href: paths.accessibility(), name: 'Barrierefreiheit' },
                { href: paths.claim(), name: 'Bezahlt, aber kein Zugang?' },
              ],
              withdrawal: paths.withdrawal(),
            })}
          />
          <ThemeSwitch id="fuss" />
        </div>
      </footer>
    </>
  )
}
