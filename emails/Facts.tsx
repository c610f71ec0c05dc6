import { type Frame, Laufzettel, Lines } from '#emails/Laufzettel.tsx'

/** A letter that only lists its inputs. */
export function factsEmail(title: string, inputs: { frame: Frame } & Record<string, unknown>) {
  const hidden = new Set(['frame', 'link', 'code'])
  const rows = Object.entries(inputs)
    .filter(([name, value]) => !hidden.has(name) && value !== null)
    .map(([name, value]): [string, string] => [name, String(value)])
  return (
    <Laufzettel frame={inputs.frame} preview={title} title={title}>
      <Lines rows={rows} />
    </Laufzettel>
  )
}
