import type { ReactNode } from 'react'

/** Twelve tools of one hand: 64 units square, one stroke weight, `body` is what turns yellow when the module is done. */
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
  massstab: (
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
  saege: (
    <>
      <path className="body" d="M6 40 46 18l6 10-43 20Z" />
      <path d="m9 48 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6 4 3 2-6" />
      <path d="m45 17 6-6c5-4 10 2 8 8l-4 10-4 1Z" />
      <path d="M52 17c2-1 3 0 3 2l-2 4" />
    </>
  ),
  hobel: (
    <>
      <path className="body" d="M6 38h52v12H6Z" />
      <path d="m30 38-6-20 6-3 8 23M40 38c0-8 3-14 9-14 4 0 5 5 3 8l-3 6M10 38c0-6 8-6 8 0M22 50l4-6h6l3 6" />
    </>
  ),
  leim: (
    <>
      <path className="body" d="M20 32c0-4 6-6 6-11h12c0 5 6 7 6 11v20a4 4 0 0 1-4 4H24a4 4 0 0 1-4-4Z" />
      <path d="M28 21v-5l2-8h4l2 8v5M20 38h24M20 49h24M50 22c2 3 3 4 3 6a3 3 0 0 1-6 0c0-2 1-3 3-6Z" />
    </>
  ),
  hammer: (
    <>
      <path className="body" d="M10 14h26l8 3 10-5v14l-10-3-8 1H10Z" />
      <path d="M24 24h9l-1 32h-7ZM25 44h7" />
    </>
  ),
  oel: (
    <>
      <path className="body" d="M12 36h28v18a3 3 0 0 1-3 3H15a3 3 0 0 1-3-3Z" />
      <path d="M16 36c0-9 4-12 10-12s10 3 10 12M26 24v-6M21 18h10M34 29l18-17 4 3M40 42h5c4 0 4 8 0 8h-5M57 21c1 2 2 3 2 4a2 2 0 0 1-4 0c0-1 1-2 2-4Z" />
    </>
  ),
  wasserwaage: (
    <>
      <path className="body" d="M5 23h54v18H5Z" />
      <path d="M23 28h18v8H23ZM29 28v8M35 28v8" />
      <circle cx="13" cy="32" r="4" />
      <circle cx="51" cy="32" r="4" />
      <path d="M13 28v8M51 28v8M5 48h54" />
    </>
  ),
  schluessel: (
    <>
      <path className="body" d="M38 20c-1-8 5-13 12-12l-5 8 3 5 9-1c-1 8-8 11-14 9L22 51c-2 6-9 7-13 3s-2-11 4-13Z" />
      <circle cx="15.500" cy="48.500" r="2.500" />
      <path d="m24 42 12-13" />
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
