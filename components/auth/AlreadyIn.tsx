interface AlreadyInProps {
  /** „g•••@example.de“; null while the database is away. */
  email: string | null
  href: string
  /** The button's words for where it leads. */
  to: string
}

/** Shown on login pages to somebody who is logged in already. */
export function AlreadyIn({ email, href, to }: AlreadyInProps) {
  return (
    <div className="column page">
      <h1>Du bist angemeldet.</h1>
      {email && <p className="lead mt-4">Als {email}.</p>}
      <a className="button button-primary button-large mt-8" href={href}>
        {to}
      </a>
    </div>
  )
}
