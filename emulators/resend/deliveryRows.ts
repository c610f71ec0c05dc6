import { actionButton, dataTable, formatTime, type Html, html } from '../kit/page.ts'
import type { MailEventRow, World } from './types.ts'

const words = { waiting: 'wartet', delivered: 'angekommen', failed: 'aufgegeben', dropped: 'verschluckt' }

/** The webhooks of these events with all their attempts, and a button that sends one again. */
export function deliveryRows(world: World, events: MailEventRow[]): Html {
  const rows = events.map((event) => {
    const delivery = world.deliverer.table.get(event.id)
    const last = delivery?.attempts.at(-1)
    return html`<tr><td class="mono">${event.type}</td><td><a href="/inbox/${event.mailId}">Mail</a></td>
<td class="${delivery?.state === 'delivered' ? 'good' : ''}">${delivery ? words[delivery.state] : 'kein Empfänger eingestellt'}</td>
<td class="num">${delivery?.attempts.length ?? 0}</td><td class="num">${last ? last.status || (last.error ?? 'keine Antwort') : ''}</td>
<td>${last ? html`<time>${formatTime(last.at)}</time>` : ''}</td><td>${actionButton(`/zustellungen/${event.id}/wiederholen`, 'Noch einmal senden')}</td></tr>`
  })
  return dataTable(
    'Meldungen',
    ['Was', 'Wozu', 'Stand', 'Versuche', 'Antwort', 'Zuletzt', ''],
    rows,
    'Noch keine. Sobald eine Mail unterwegs ist, steht hier, was dem Shop gemeldet wurde.',
  )
}
