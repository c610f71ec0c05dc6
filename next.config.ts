import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Next only serves pages; every `.ts` entry below `app/` is answered by our server (docs/decisions/oneCopy.md).
  pageExtensions: ['tsx'],
  // `npm run check` checks types; the build must also work without the packages for development.
  typescript: { ignoreBuildErrors: true },
  // We do not need the optimizer, and it would fetch and convert images for anybody who asks.
  images: { unoptimized: true },
  experimental: {
    // Loading every page at the start would cost memory for pages that are rarely asked for.
    preloadEntriesOnStart: false,
  },
}

export default nextConfig
