/** The mark beside the name: four segments, half unfolded. */
export function ZollstockMark({ size = 32 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size * 0.6}
      viewBox="0 0 40 24"
      aria-hidden="true"
      focusable="false"
      className="rule-mark"
    >
      <path d="M4 17 12 7l8 10 8-10 8 5" className="rule-mark-edge" />
      <path d="M4 17 12 7l8 10 8-10 8 5" className="rule-mark-fill" />
      <g className="rule-mark-pin">
        <circle cx="12" cy="7" r="1.5" />
        <circle cx="20" cy="17" r="1.5" />
        <circle cx="28" cy="7" r="1.5" />
      </g>
    </svg>
  )
}
