'use client'

import { ErrorText } from '#components/site/ErrorText.tsx'

/** What happened, what was kept, the next step, the id. The cause stays in the log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorText error={error} retry={reset} />
}
