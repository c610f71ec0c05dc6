/** In the sandbox no mail leaves the machine: this says where it is. */
export function MailboxHint({ href }: { href: string | null }) {
  if (!href) return null
  return (
    <p className="mt-8 text-muted">
      Probebetrieb: Die Mail liegt im{' '}
      <a className="link" href={href}>
        nachgebauten Postfach
      </a>
      .
    </p>
  )
}
