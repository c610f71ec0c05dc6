import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Loaded only when a document is made, and by node itself: it looks for files beside its own.
  serverExternalPackages: ['pdfkit'],
}

export default nextConfig
