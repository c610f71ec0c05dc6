import type { CSSProperties } from 'react'
import { Stamp } from '#components/Laufzettel.tsx'
import { duration, type FlowRow, type FlowView, laneNames, laneOrder, moment, type RowTone } from './flowView.ts'
import './flow.css'

const lamps: Record<RowTone, string> = {
  good: 'lamp lamp-good',
  bad: 'lamp lamp-bad',
  wait: 'lamp lamp-wait',
  plain: 'lamp',
}

/**
 * The sequence diagram of what happened. The ordered list contains everything and can be read without the drawing;
 * lanes and arrows are decoration, hidden from screen readers and on narrow screens.
 */
export function FlowDrawing({ view }: { view: FlowView }) {
  return (
    <section className="flow" aria-labelledby="ablauf">
      <div className="flow-head">
        <h2 id="ablauf">{view.title}</h2>
        <ul className="flow-stamps">
          {view.stamps.map((stamp) => (
            <li key={stamp.text}>
              <Stamp tone={stamp.tone}>{stamp.text}</Stamp>
            </li>
          ))}
        </ul>
      </div>
      <ul className="flow-lanes" aria-label="Die Beteiligten">
        {view.lanes.map((lane) => (
          <li key={lane.lane}>
            <span className={lamps[lane.tone]}>{lane.name}</span>
            <span className="flow-state">{lane.state}</span>
          </li>
        ))}
      </ul>
      {view.rows.length === 0 ? (
        <p className="flow-empty">
          Noch kein Schritt aufgezeichnet. Sobald sich etwas bewegt, steht es hier; Bestellungen aus der Zeit vor dem
          Prüfstand und solche, die älter als dreißig Tage sind, haben keine; bei großem Andrang wird nur ein Teil
          aufgezeichnet.
        </p>
      ) : (
        <ol className="flow-rows">
          {view.rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Row({ row }: { row: FlowRow }) {
  return (
    <li className="flow-row" data-tone={row.tone} data-healed={row.healed !== null}>
      <span className="flow-time mono">
        {row.at === null ? (
          <span title="Diesen Zeitpunkt kennt nur die andere Seite">–</span>
        ) : (
          `${row.at < 0 ? '−' : '+'}${moment(Math.abs(row.at))}`
        )}
      </span>
      <Arrow row={row} />
      <div className="flow-text">
        <p className={`flow-title ${lamps[row.tone]}`}>{row.title}</p>
        <p className="flow-way">
          {laneNames[row.from]} <span aria-hidden="true">→</span>
          <span className="sr-only">an</span> {laneNames[row.to]}
          {row.took !== null && (
            <>
              {' · '}
              <span className="mono">{duration(row.took)}</span>
            </>
          )}
          {row.derived && ' · nicht von uns gemessen'}
        </p>
        {row.note && <p className="flow-note">{row.note}</p>}
        {row.heals && (
          <p className="flow-heals">
            <strong>Was heilt:</strong> {row.heals}
          </p>
        )}
        {row.healed && <p className="flow-healed">{row.healed}</p>}
        {row.mono && <p className="flow-mono mono">{row.mono}</p>}
      </div>
    </li>
  )
}

/** Positions are lane numbers; the stylesheet turns them into places. */
function Arrow({ row }: { row: FlowRow }) {
  const from = laneOrder.indexOf(row.from)
  const to = laneOrder.indexOf(row.to)
  const place = { '--a': Math.min(from, to), '--n': Math.abs(to - from) } as CSSProperties
  return (
    <span className="flow-draw" aria-hidden="true">
      {laneOrder.map((lane) => (
        <i key={lane} className="flow-line" />
      ))}
      <span
        className="flow-arrow"
        style={place}
        data-way={to < from ? 'back' : 'on'}
        data-derived={row.derived || undefined}
      />
    </span>
  )
}
