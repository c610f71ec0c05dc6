import type { ReactNode } from 'react'

/**
 * Twelve tools of one hand: 64 units square, one stroke weight, `body` is what turns yellow when the module is done.
 */
const drawings: Record<string, ReactNode> = {
  besen: (
    <>
      <path d="M50 8 30 34" />
      <path className="body" d="m24 30 12 9c1 7-4 15-12 18L9 46c6-2 13-8 15-16Z" />
      <path d="m21 36 12 9M15 48l6-6M22 53l5-7" />
    </>
  ),
  korb: (
    <>
      <path className="body" d="M8 34h13l4 7h14l4-7h13v20H8Z" />
      <path d="m8 34 6-12h8M56 34l-6-12h-8M32 8v20M25 21l7 7 7-7" />
    </>
  ),
  zollstock: (
    <>
      <path className="body" d="m6 46 16-30 7 4-16 30Z" />
      <path className="body" d="m22 16 7-1 15 31-7 3Z" />
      <path className="body" d="m37 49 14-31 7 3-14 31Z" />
      <path d="m12 36 3 2M16 28l3 2M31 27l-3 2M35 36l-3 2M47 40l3 1M51 31l3 1" />
      <circle className="spot" cx="25" cy="18" r="2" />
      <circle className="spot" cx="40" cy="48" r="2" />
    </>
  ),
  winkel: (
    <>
      <path className="body" d="M10 8h11v37h35v11H10Z" />
      <path d="M21 14h-4M21 21h-6M21 28h-4M21 35h-6M28 45v4M35 45v6M42 45v4M49 45v6" />
      <path d="m34 34 16-18 5 4-16 18-7 3Z" />
    </>
  ),
  zwinge: (
    <>
      <path className="body" d="M14 8h8v48h-8Z" />
      <path d="M22 12h26v7H22M22 40h26v7H22M42 19v5h6v-5M45 40V30M41 30h8M45 47v10M39 57h12" />
    </>
  ),
  schraubstock: (
    <>
      <path className="body" d="M8 20h14v16h20v6H30l3 10H11l3-10H8Z" />
      <path d="M34 20h12v16M22 20v-4h-5v4M34 20v-4h5v4M46 28h12M58 20v16M6 56h32M27 28h7" />
    </>
  ),
  saege: (
    <>
      <path className="body" d="M6 40 46 18l6 10-43 20Z" />
      <path d="m9 48 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6" />
      <path d="m45 17 6-6c5-4 10 2 8 8l-4 10-4 1Z" />
      <path d="M52 17c2-1 3 0 3 2l-2 4" />
    </>
  ),
  schleifklotz: (
    <>
      <path className="body" d="M10 26h40a5 5 0 0 1 5 5v9H5v-9a5 5 0 0 1 5-5Z" />
      <path d="M5 40v6h50v-6M14 26c2-8 8-10 16-10s14 2 16 10M10 52h3M20 54h3M31 52h3M42 54h3M51 52h3" />
    </>
  ),
  glocke: (
    <>
      <path className="body" d="M12 46c5-5 5-11 6-18 1-8 6-13 14-13s13 5 14 13c1 7 1 13 6 18Z" />
      <path d="M32 15V9M28 9h8M26 46c0 8 12 8 12 0M8 26c0-5 2-9 5-12M56 26c0-5-2-9-5-12" />
    </>
  ),
  lampe: (
    <>
      <path className="body" d="M30 10 50 24c-2 8-12 16-22 15Z" />
      <path d="m30 10-9-2-9 20 14 22M16 56h22M27 56v-6M28 39c4 2 10 0 13-4M46 40l3 5M53 35l5 3M38 44l1 6" />
    </>
  ),
  lupe: (
    <>
      <circle className="body" cx="27" cy="26" r="17" />
      <path d="m39 38 4 4M41 45l5-5 11 11-5 5ZM18 24c1-5 4-8 9-8" />
    </>
  ),
  oelkanne: (
    <>
      <path className="body" d="M12 36h28v18a3 3 0 0 1-3 3H15a3 3 0 0 1-3-3Z" />
      <path d="M16 36c0-9 4-12 10-12s10 3 10 12M26 24v-6M21 18h10M34 29l18-17 4 3M40 42h5c4 0 4 8 0 8h-5M57 21c1 2 2 3 2 4a2 2 0 0 1-4 0c0-1 1-2 2-4Z" />
    </>
  ),
}

const inOrder = Object.keys(drawings)

/** `name` from the course outline; an unknown one takes the drawing of the module's number. */
export function Tool({ name, number, done }: { name: string; number: number; done: boolean }) {
  const drawing = drawings[name] ?? drawings[inOrder[(number - 1) % inOrder.length] ?? 'besen']
  return (
    <svg className="tool" viewBox="0 0 64 64" data-done={done} aria-hidden="true" focusable="false">
      {drawing}
    </svg>
  )
}
