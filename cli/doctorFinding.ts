/**
 * The result of one check. `broken` stops the shop or loses money or mail; `weak` costs what its sentence says;
 * everything but `fine` names its fix.
 */
export interface Finding {
  about: string
  state: 'fine' | 'weak' | 'broken'
  text: string
  fix?: string
}

export const fine = (about: string, text: string): Finding => ({ about, state: 'fine', text })
export const weak = (about: string, text: string, fix: string): Finding => ({ about, state: 'weak', text, fix })
export const broken = (about: string, text: string, fix: string): Finding => ({ about, state: 'broken', text, fix })
