import type { ReactNode } from 'react'
import { viewer } from '#app/_http/viewer.ts'
import { SearchKey } from '#components/search/SearchKey.tsx'

/** The pages of a learner: `/` leads to the search from each of them. Free lessons have visitors too. */
export default async function MemberLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      {(await viewer()) && <SearchKey />}
    </>
  )
}
