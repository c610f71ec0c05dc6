/** html-to-text brings no types; this much of it is used. */
declare module 'html-to-text' {
  export function compile(options: {
    wordwrap: number
    selectors: { selector: string; format?: string; options?: object }[]
  }): (html: string) => string
}
