/** html-to-text brings no types; these are for the part that is used. */
declare module 'html-to-text' {
  export function compile(options: {
    wordwrap: number
    selectors: { selector: string; format?: string; options?: object }[]
  }): (html: string) => string
}
