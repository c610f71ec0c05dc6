/** In the last seconds of a film „Weiter“ starts it again instead of showing its last frames. */
const END_SECONDS = 5

/** Second at which a film goes on that was left at this one; 0 when it was at its end. The page asks the same. */
export const goOnAt = (second: number, lengthSeconds: number): number =>
  second < lengthSeconds - END_SECONDS ? second : 0
