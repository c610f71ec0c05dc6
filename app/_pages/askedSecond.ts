/** The second an address asks for, „?t=83“; anything that is no second of this film asks for nothing. */
export function askedSecond(value: string | string[] | undefined, durationSeconds: number): number | null {
  if (typeof value !== 'string' || !/^\d{1,5}(\.\d{1,3})?$/.test(value)) return null
  const second = Number(value)
  return second < durationSeconds ? second : null
}
