import type { ComponentType } from 'react'
import { ownProps } from './ownProps.ts'

interface OwnPartProps<Props> {
  /** One part of one page, like `notes:l-14`. */
  name: string
  /** Null on a page that our server keeps: then it draws the part itself and the document has its props. */
  given: Props | null
  of: ComponentType<Props>
}

/**
 * A learner's own part of a page. On a kept page Next draws only its place, and our server puts the part there, drawn
 * with the props that it also writes into the document, so hydration finds what it expects.
 */
export function OwnPart<Props extends object>({ name, given, of: Part }: OwnPartProps<Props>) {
  const props = given ?? ownProps<Props>(name)
  if (props) return <Part {...props} />
  return typeof document === 'undefined' ? <template data-part={name} /> : null
}
