/** Colours and measures of our paper, in points. */
export const ink = '#1D1B19'
export const muted = '#5A5248'
export const line = '#8F8474'
export const yellow = '#F2B632'
export const green = '#2B6338'
export const blue = '#1F4E79'

export const mm = 72 / 25.4
export const page = { width: 595.28, height: 841.89 }
export const margins = { top: 74, bottom: 80, left: 70, right: 92 }
export const width = page.width - margins.left - margins.right
export const right = page.width - margins.right
export const body = { size: 10, gap: 2.7 }
