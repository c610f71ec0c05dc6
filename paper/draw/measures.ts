/** The measures of our paper, in points. */
export const mm = 72 / 25.4
export const page = { width: 595.28, height: 841.89 }
export const margins = { top: 74, bottom: 80, left: 70, right: 92 }
export const width = page.width - margins.left - margins.right
export const right = page.width - margins.right
export const body = { size: 10, gap: 2.7 }
