import { existsSync } from 'node:fs'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * A browser for the tests: CHROMIUM_PATH, the system's Chromium or Chrome, else the one inside the npm package
 * `@sparticuz/chromium` (Linux x64). Throws with the one line that installs one; tests never skip silently.
 */
export async function findChromium(): Promise<string> {
  const given = process.env.CHROMIUM_PATH
  if (given && existsSync(given)) return given
  const found = places.find((place) => existsSync(place))
  if (found) return found
  try {
    const packed = await import('@sparticuz/chromium')
    const path = await packed.default.executablePath()
    if (path && existsSync(path)) return path
  } catch {
    // Not on this platform; the sentence below says what to do.
  }
  throw new Error(
    'The browser tests need a Chromium. Install one with: sudo apt-get install -y chromium — or set CHROMIUM_PATH.',
  )
}
