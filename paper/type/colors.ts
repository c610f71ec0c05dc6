/** The colours of our paper. */
export const ink = '#1D1B19'
export const muted = '#5A5248'
export const line = '#8F8474'
export const yellow = '#F2B632'
/** Yellow as a ground below words. */
export const pale = '#F9DF9F'
/** Below code. */
export const tint = '#F3ECDD'
export const green = '#2B6338'
export const blue = '#1F4E79'
