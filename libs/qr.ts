import { encode } from 'uqr'

/**
 * An address as a pattern for cameras, rows of dark and light squares with their quiet edge. Bears a torn corner (15
 * %).
 */
export const qrPattern = (text: string): boolean[][] => encode(text, { ecc: 'M', border: 2 }).data
