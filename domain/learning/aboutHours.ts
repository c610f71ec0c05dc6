/**
 * How long the film of the course is, in running text: seconds → „7 Stunden“, rounded to half hours („5½ Stunden“).
 * Shop and contract use the same words, because the contract must hold what the shop promises.
 */
export function aboutHours(seconds: number): string {
  const halves = Math.max(1, Math.round(seconds / 1800))
  const whole = Math.floor(halves / 2)
  if (halves === 1) return 'eine halbe Stunde'
  if (halves === 2) return '1 Stunde'
  return `${whole || ''}${halves % 2 === 1 ? '½' : ''} Stunden`
}
