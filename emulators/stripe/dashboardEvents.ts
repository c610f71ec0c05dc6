import type { Attempt, Delivery } from '../kit/delivery.ts'
import { actionButton, dataTable, formatTime, type Html, html } from '../kit/page.ts'
import type { StripeEvent } from './objects.ts'
import type { World } from './world.ts'

const words = {
  waiting: 'wird noch einmal versucht',
  delivered: 'angekommen',
  failed: 'aufgegeben',
  dropped: 'verschluckt',
}
const tones = { waiting: '', delivered: 'good', failed: 'bad', dropped: 'bad' }
const reasons: Record<Attempt['reason'], string> = {
  first: 'erster Versuch',
  retry: 'Wiederholung',
  manual: 'von Hand',
  copy: 'Doppel',
}

function deliveryCell(delivery: Delivery | undefined): Html {
  if (!delivery) return html`<td class="muted">kein Ziel</td><td class="num">0</td>`
  const last = delivery.attempts.at(-1)
  return html`<td class="${tones[delivery.state]}">${delivery.attempts.length === 0 && delivery.state === 'waiting' ? 'unterwegs' : words[delivery.state]}${last ? ` (${last.status || last.error})` : ''}</td><td class="num">${delivery.attempts.length}</td>`
}

export function eventRows(world: World, events: StripeEvent[]): Html {
  const rows = events.map(
    (
      event,
    ) => html`<tr><td><time>${formatTime(event.created * 1000)}</time></td><td><a href="/dashboard/events/${event.id}">${event.type}</a></td>
${deliveryCell(world.deliverer.table.get(event.id))}<td>${actionButton(`/dashboard/events/${event.id}/resend`, 'Noch einmal senden')}</td></tr>`,
  )
  return dataTable(
    'Ereignisse',
    ['Zeit', 'Art', 'Zustellung', 'Versuche', ''],
    rows,
    'Noch kein Ereignis. Nach der ersten Zahlung stehen sie hier.',
  )
}

export function eventBody(world: World, event: StripeEvent): Html {
  const delivery = world.deliverer.table.get(event.id)
  const rows = (delivery?.attempts ?? []).map(
    (
      attempt,
      index,
    ) => html`<tr><td class="num">${index + 1}</td><td><time>${formatTime(attempt.at)}</time></td><td>${reasons[attempt.reason]}</td>
<td class="num ${attempt.status >= 200 && attempt.status < 300 ? 'good' : 'bad'}">${attempt.status || attempt.error}</td><td class="num">${attempt.ms} ms</td></tr>`,
  )
  return html`<h1>${event.type}</h1><p class="mono">${event.id}</p>
${delivery ? html`<p class="${tones[delivery.state]}">${words[delivery.state]}${delivery.nextAt ? `, nächster Versuch ${formatTime(delivery.nextAt)}` : ''}</p>` : ''}
${actionButton(`/dashboard/events/${event.id}/resend`, 'Noch einmal senden', {}, 'main')}
<h2>Zustellversuche</h2>${dataTable('Zustellversuche', ['Nr.', 'Zeit', 'Anlass', 'Antwort', 'Dauer'], rows, 'Noch kein Versuch.')}
<h2>Inhalt</h2><pre tabindex="0">${JSON.stringify(event, null, 2)}</pre>`
}
