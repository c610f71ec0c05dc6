import { Plus } from 'lucide'
import type { courseFacts } from '#components/courseFacts.ts'
import { minutesInWords } from '#components/format.ts'
import { Icon } from '#components/ui/Icon.tsx'

interface QuestionsProps {
  facts: ReturnType<typeof courseFacts>
  accessYears: number
}

const answers = ({ facts, accessYears }: QuestionsProps): [question: string, answer: string][] => [
  [
    'Für wen ist das?',
    'Für Leute, die mehr anfangen, als sie fertig machen: im Büro, in der Selbständigkeit, im Studium, im Verein. Du brauchst kein Vorwissen und keine bestimmte App.',
  ],
  [
    'Wie viel Zeit brauche ich?',
    `Zwanzig Minuten am Tag reichen. Keine Lektion ist länger als ${minutesInWords(facts.longest)}. Wenn du eine Woche aussetzt, passiert nichts: Die Werkstatt merkt sich, wo du warst.`,
  ],
  [
    'Wann kann ich anfangen?',
    'Sobald die Zahlung da ist, meist nach wenigen Sekunden. Dann bekommst du eine Mail mit deinem Link. Ein Passwort gibt es nicht.',
  ],
  [
    'Wie lange habe ich Zugang?',
    `Mindestens ${accessYears} Jahre. Du kannst jede Lektion so oft ansehen, wie du willst.`,
  ],
  [
    'Welche Geräte gehen?',
    'Jedes mit einem aktuellen Browser: Rechner, Tablet, Handy. Du hörst am einen auf und machst am anderen an derselben Sekunde weiter.',
  ],
  [
    'Gibt es Untertitel?',
    `${facts.complete ? 'Ja: Jede Lektion hat' : 'Fertige Lektionen haben'} deutsche Untertitel und eine Mitschrift zum Lesen, Drucken und Durchsuchen. Der Player lässt sich ganz mit der Tastatur bedienen.`,
  ],
  [
    'Geht es auch ohne Netz?',
    'Zum Lesen ja: Texte, Mitschriften, deine Notizen und dein Plan liegen auf deinem Gerät, und was du unterwegs schreibst, kommt nach. Nur der Film braucht das Internet.',
  ],
  [
    'Bekomme ich ein Zeugnis oder Betreuung?',
    'Ein Zeugnis nicht: Das ist ein Kurs zum Selbstlernen, ohne Prüfung und ohne Sprechstunde. Wenn du alle Lektionen erledigt hast, bekommst du eine Teilnahmebestätigung als PDF. Bei technischen Fragen hilft dir ein Mensch.',
  ],
  [
    'Was wird über mich gespeichert?',
    'Deine Adresse, deine Bestellung und was du hier tust: Fortschritt, Notizen, Haken, Plan. Keine Werbung, kein Tracking, keine Anfrage an fremde Dienste auf unseren Seiten außer dem Film selbst.',
  ],
]

export function Questions(props: QuestionsProps) {
  return (
    <section className="wrap section" aria-labelledby="fragen">
      <h2 id="fragen">Fragen, bevor du anfängst</h2>
      <div className="questions">
        {answers(props).map(([question, answer]) => (
          <details key={question}>
            <summary>
              {question}
              <Icon of={Plus} size={22} />
            </summary>
            <p>{answer}</p>
          </details>
        ))}
      </div>
    </section>
  )
}
