/** What a learner's own answer adds to a kept page. */
export interface Own {
  /** Html by slot, drawn by nobody else: React leaves it alone. */
  slots: Record<string, string>
  /** By name: the props a part is hydrated with (plain JSON), and its html, drawn with the same. */
  parts: Record<string, { props: object; html: string }>
}
