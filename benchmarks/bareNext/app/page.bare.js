import { connection } from 'next/server'

/** The least a page can be: what its scripts weigh is the framework's own weight. */
export default async function Page() {
  await connection()
  return <p>Guten Tag</p>
}
