/** Lines in the shape of what is coming; invisible for the first 300 ms, so that a quick page does not flicker. */
export function Skeleton({
  lines = ['60%', '100%', '92%', '76%'],
  text = 'Wird geholt …',
}: {
  lines?: string[]
  text?: string
}) {
  return (
    <div className="skeleton" role="status">
      <p className="sr-only">{text}</p>
      {lines.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed lines that never move
        <span key={index} style={{ width, height: index === 0 ? 40 : undefined }} />
      ))}
    </div>
  )
}
