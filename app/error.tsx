'use client'

import { ErrorText } from '#components/site/ErrorText.tsx'

/** Tells what happened, what is not lost, the next step and the error's id. The cause stays in the log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorText error={error} retry={reset} />
}
