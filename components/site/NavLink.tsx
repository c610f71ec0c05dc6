'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

/** A link of the main menu; marks the present page. */
export function NavLink({ href, name }: { href: string; name: string }) {
  const here = usePathname() === href
  return (
    <Link href={href} prefetch={false} aria-current={here ? 'page' : undefined}>
      {name}
    </Link>
  )
}
