import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Pages alone are Next's: every `.ts` entry below `app/` is answered by our server (docs/decisions/oneCopy.md).
  pageExtensions: ['tsx'],
  // `npm run check` looks at types; a tree without packages for development must build, too.
  typescript: { ignoreBuildErrors: true },
  // Nothing of ours needs it, and it would fetch and work on pictures for strangers.
  images: { unoptimized: true },
  experimental: {
    // Every page at once is more than a process needs that is asked for three of them.
    preloadEntriesOnStart: false,
  },
}

export default nextConfig
