import { paths } from '#app/_http/paths.ts'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import type { ScheduleRow } from '#domain/learning/releases/scheduleView.ts'
import type { ReleaseRule } from '#ports'

interface RuleFormProps {
  rows: ScheduleRow[]
  /** The row that was chosen by its link in the table. */
  chosen: ScheduleRow | null
  /** The address of the page asks for the form. */
  asked: boolean
  back: string
  refused: Refused | null
}

const form = 'regel'
const kinds: { value: ReleaseRule['kind']; text: string }[] = [
  { value: 'now', text: 'sofort mit dem Kauf' },
  { value: 'date', text: 'an einem Tag, für alle' },
  { value: 'days', text: 'so viele Tage nach dem Kauf' },
]

/** The form for a rule of a module or a lesson. It works without scripts: only the fields of the chosen kind count. */
export function RuleForm({ rows, chosen, asked, back, refused }: RuleFormProps) {
  const typed = refused?.form === form ? refused.values : undefined
  const rule = chosen?.rule
  const kind = typed?.kind ?? rule?.kind ?? 'now'
  const [day, time] = rule?.kind === 'date' ? rule.at.split('T') : ['', rule?.kind === 'days' ? rule.time : '06:00']
  const field = { refused, form }
  return (
    <div className="ask-row mb-6" id={form}>
      <Ask
        id={form}
        action={paths.api.admin.setRelease()}
        back={back}
        label="Regel setzen"
        confirm="Ja, so freigeben"
        open={asked}
        refused={refused}
        fields={
          <>
            <Target rows={rows} value={typed?.target ?? chosen?.target} />
            <fieldset className="ask-field">
              <legend className="font-semibold">Öffnet</legend>
              {kinds.map(({ value, text }) => (
                <label key={value} className="ask-choice">
                  <input type="radio" name="kind" value={value} defaultChecked={kind === value} required />
                  {text}
                </label>
              ))}
            </fieldset>
            <div className="ask-pair">
              <AskField {...field} name="date" label="Tag" type="date" value={day} />
              <AskField
                {...field}
                name="days"
                label="Tage"
                inputMode="text"
                maxLength={5}
                value={rule?.kind === 'days' ? String(rule.days) : undefined}
              />
              <AskField {...field} name="time" label="Uhrzeit" type="time" value={time} />
            </div>
            <AskField {...field} name="reason" label="Grund" hint="Steht im Protokoll, nur für dich." required />
          </>
        }
      >
        Gilt binnen Sekunden, für alle ohne eigene Absprache. Zeiten sind deutsche Zeit. Was jemand schon offen hatte,
        bleibt offen; alles andere richtet sich nach der neuen Regel. Die Zeile einer Lektion geht vor der ihres Moduls.
      </Ask>
    </div>
  )
}

function Target({ rows, value }: { rows: ScheduleRow[]; value: string | undefined }) {
  const modules = rows.filter(({ kind }) => kind === 'module')
  const lessonsOf = (module: ScheduleRow) => {
    const from = rows.indexOf(module) + 1
    const next = rows.findIndex(({ kind }, index) => index >= from && kind === 'module')
    return rows.slice(from, next < 0 ? undefined : next).filter(({ source }) => source !== 'free')
  }
  return (
    <p className="ask-field">
      <label htmlFor={`${form}-target`}>Wofür</label>
      <select className="input" id={`${form}-target`} name="target" defaultValue={value} key={value} required>
        {modules.map((module) => (
          <optgroup key={module.target} label={`Modul ${module.number}, ${module.title}`}>
            <option value={module.target}>Ganzes Modul {module.number}</option>
            {lessonsOf(module).map((lesson) => (
              <option key={lesson.target} value={lesson.target}>
                Lektion {lesson.number}, {lesson.title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </p>
  )
}
