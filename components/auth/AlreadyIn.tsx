interface AlreadyInProps {
  /** „g•••@example.de“; null while nobody can say. */
  email: string | null
  href: string
  /** Where it leads, as the button says it. */
  to: string
}

/** For somebody who is logged in and comes to a door for those who are not. */
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
