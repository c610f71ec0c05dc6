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
 * A browser for the tests: CHROMIUM_PATH, else the headless shell inside the npm package `@sparticuz/chromium` (Linux
 * x64), else the system's Chromium or Chrome, which cost twice the work. Throws with the one line that installs one;
 * tests never skip silently.
 */
export async function findChromium(): Promise<string> {
  const given = process.env.CHROMIUM_PATH
  if (given && existsSync(given)) return given
  const found = (await headlessShell()) ?? places.find((place) => existsSync(place))
  if (found) return found
  throw new Error(
    'The browser tests need a Chromium. Install one with: sudo apt-get install -y chromium — or set CHROMIUM_PATH.',
  )
}

async function headlessShell(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  try {
    const packed = await import('@sparticuz/chromium')
    return await packed.default.executablePath()
  } catch {
    // Unpacked in vain: a browser of the system does as well.
    return null
  }
}
