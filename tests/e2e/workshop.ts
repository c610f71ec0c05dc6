import { startWorkshop } from '../kit/workshop.ts'

/**
 * Starts the product as a stranger would, by its own start command, on a fresh data folder, and says in the environment
 * where it is. Answers its end.
 */
export async function openWorkshop(): Promise<() => Promise<void>> {
  const { url, urls, dataDir, stop } = await startWorkshop()
  process.env.E2E_URL = url
  process.env.E2E_STRIPE = urls.stripe
  process.env.E2E_INBOX = urls.resend
  process.env.E2E_BUNNY = urls.bunny
  process.env.E2E_DATA_DIR = dataDir
  return stop
}
