import type { ReactNode } from 'react'

/** A legal text as the operator's files say it. The title is ours unless the text brings its own. */
export function LegalText({ title, html, children }: { title: string; html: string; children?: ReactNode }) {
  return (
    <article className="column page">
      {!html.includes('<h1') && <h1>{title}</h1>}
      {children}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: rendered from our own files, no foreign input */}
      <div className="prose mt-6" dangerouslySetInnerHTML={{ __html: html }} />
    </article>
  )
}
