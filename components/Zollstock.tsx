import type { CSSProperties, ReactNode } from 'react'

/** One segment of the folding rule: a module, how many lessons it has, and how many of them were watched. */
export interface RuleSegment {
  number: number
  lessons: number
  /** Watched lessons, may be a fraction while one is under way. */
  done: number
}

const thickness = 20
const foldedAngle = 24
const bundledAngle = 52

interface Laid {
  segment: RuleSegment
  share: number
  angle: number
  bundled: number
}

/** Places the segments: watched ones flat, the one under way half open, the others folded up and down in turn. */
function lay(segments: RuleSegment[]): Laid[] {
  let up = true
  return segments.map((segment, index) => {
    const share = segment.lessons === 0 ? 0 : Math.min(1, Math.max(0, segment.done / segment.lessons))
    const bundled = index % 2 === 0 ? -bundledAngle : bundledAngle
    if (share >= 1) return { segment, share, angle: 0, bundled }
    const angle = (up ? -1 : 1) * foldedAngle * (1 - share * 0.6)
    up = !up
    return { segment, share, angle, bundled }
  })
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const round = (value: number) => Math.round(value * 100) / 100

/**
 * Long tick where the module begins, a short one for each further lesson; all segments together have one tick a lesson.
 */
function ticks(lessons: number, length: number): string {
  const step = (length - 22) / lessons
  return Array.from({ length: lessons }, (_, index) => {
    const height = index === 0 ? thickness * 0.55 : thickness * 0.32
    return `M${round(15 + index * step)} ${thickness / 2}v${-round(height)}`
  }).join('')
}

/** What all segments of one drawing share, drawn once; `id` is the drawing's own. */
function Shapes({ id, length, lessons }: { id: string; length: number; lessons: number[] }) {
  return (
    <defs>
      <rect id={`${id}b`} className="rule-blank" {...bar(length)} />
      {lessons.map((count) => (
        <path key={count} id={`${id}t${count}`} d={ticks(count, length)} />
      ))}
      <g id={`${id}h`}>
        <circle className="rule-hinge" r={7} />
        <circle className="rule-pin" r={2.4} />
      </g>
    </defs>
  )
}

const bar = (length: number) => ({
  x: -thickness / 2 + 1,
  y: -thickness / 2,
  width: round(length + thickness - 2),
  height: thickness,
  rx: 5,
})

function Segment({ id, laid, length, children }: { id: string; laid: Laid; length: number; children: ReactNode }) {
  const { segment, share } = laid
  const whole = bar(length)
  const colour = share > 0 ? 'rule-number-done' : segment.number % 2 === 1 ? 'rule-number-odd' : undefined
  return (
    <>
      <use href={`#${id}b`} />
      {share > 0 && (
        <rect
          className="rule-filled"
          {...whole}
          width={share >= 1 ? whole.width : round(length * share + thickness / 2)}
        />
      )}
      <use className={share >= 1 ? 'rule-ticks-done' : 'rule-ticks'} href={`#${id}t${segment.lessons}`} />
      <text className={colour} x={13} y={-1.5}>
        {segment.number}
      </text>
      {children}
      <use href={`#${id}h`} />
    </>
  )
}

function Drawing({ laid, width, className }: { laid: Laid[]; width: number; className: string }) {
  const spread = laid.reduce((sum, one) => sum + Math.cos(radians(one.angle)), 0)
  const length = (width - thickness) / spread
  // Drawings of one length have the same shapes.
  const id = `r${Math.round(length * 100)}`
  let y = 0
  let top = 0
  let bottom = 0
  for (const one of laid) {
    y += Math.sin(radians(one.angle)) * length
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  // The last segment first, because each is an SVG child of the one before it, so that the whole rule can unfold.
  let chain: ReactNode = null
  for (let index = laid.length - 1; index >= 0; index--) {
    const one = laid[index]
    if (!one) continue
    const before = laid[index - 1]
    const style = {
      '--to': `${round(one.angle - (before?.angle ?? 0))}deg`,
      '--from': `${round(one.bundled - (before?.bundled ?? 0))}deg`,
    } as CSSProperties
    chain = (
      <g transform={index === 0 ? undefined : `translate(${round(length)} 0)`}>
        <g className="rule-joint" style={style}>
          <Segment id={id} laid={one} length={length}>
            {chain}
          </Segment>
        </g>
      </g>
    )
  }
  const edge = thickness / 2 + 2
  return (
    <svg
      className={className}
      viewBox={`${-edge} ${round(top - edge)} ${width + 4} ${round(bottom - top + edge * 2)}`}
      aria-hidden="true"
      focusable="false"
    >
      <Shapes id={id} length={length} lessons={[...new Set(laid.map(({ segment }) => segment.lessons))]} />
      {chain}
    </svg>
  )
}

interface ZollstockProps {
  segments: RuleSegment[]
  /** What a screen reader says instead of the picture: „13 von 75 Lektionen erledigt“. */
  text: string
  /** `progress`: somebody's own progress; `picture`: an example. */
  kind?: 'progress' | 'picture'
  /** Unfold once when the page opens. */
  unfold?: boolean
}

function meaning({ segments, text, kind = 'progress' }: ZollstockProps) {
  if (kind === 'picture') return { role: 'img', 'aria-label': text } as const
  return {
    role: 'progressbar',
    'aria-label': 'Fortschritt im Kurs',
    'aria-valuemin': 0,
    'aria-valuemax': segments.reduce((sum, segment) => sum + segment.lessons, 0),
    'aria-valuenow': Math.round(segments.reduce((sum, segment) => sum + segment.done, 0)),
    'aria-valuetext': text,
  } as const
}

/**
 * The yellow folding rule: twelve hinged segments, one tick a lesson, straight and yellow as far as somebody has
 * watched.
 */
export function Zollstock(props: ZollstockProps) {
  const laid = lay(props.segments)
  return (
    <div className={props.unfold ? 'rule rule-unfolds' : 'rule'} {...meaning(props)}>
      <Drawing laid={laid} width={1176} className="rule-wide" />
      <Drawing laid={laid} width={620} className="rule-narrow" />
    </div>
  )
}

/** The same rule laid flat: a thin band for the top of a lesson. `current` marks the module one is in. */
export function ZollstockBand(props: ZollstockProps & { current?: number }) {
  return (
    <div className="rule-band" {...meaning(props)}>
      {props.segments.map((segment) => (
        <span
          key={segment.number}
          data-current={segment.number === props.current}
          style={
            {
              '--lessons': segment.lessons,
              '--share': `${round((100 * segment.done) / Math.max(1, segment.lessons))}%`,
            } as CSSProperties
          }
        />
      ))}
    </div>
  )
}
