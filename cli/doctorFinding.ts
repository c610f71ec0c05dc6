/**
 * One thing that was looked at. `broken` stops the shop or loses money or mail; `weak` costs what it says;
 * everything but `fine` names its cure.
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
