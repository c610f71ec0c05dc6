import type { Evidence } from './evidence.ts'

/** What must not change when everything is delivered and settled once more: one line per thing, by name. */
export function lastingRows(seen: Evidence): Map<string, string> {
  const lines = new Map<string, string>()
  const keep = (kind: string, id: string, row: unknown) => lines.set(`${kind} ${id}`, JSON.stringify(row))
  for (const row of seen.rows.purchases) keep('purchase', row.session_id, row)
  for (const row of seen.rows.grants) keep('grant', row.source, row)
  for (const row of seen.rows.letters) keep('letter', row.unique_key, row)
  for (const row of seen.rows.refunds) keep('refund', row.id, row)
  for (const row of seen.rows.disputes) keep('dispute', row.id, row)
  for (const mail of seen.mails) keep('mail', mail.id, mail)
  for (const { id } of seen.stripe.refunds) keep('Stripe refund', id, id)
  return lines
}

export function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) =>
    before.get(name) === after.get(name)
      ? []
      : [`everything again changed ${name}: ${before.get(name) ?? 'nothing'} → ${after.get(name) ?? 'nothing'}`],
  )
}
