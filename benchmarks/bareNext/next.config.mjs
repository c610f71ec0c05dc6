/**
 * Own page extensions, because Next looks for `proxy.ts` and `instrumentation.ts` in the folders above too: ours must
 * not run here.
 */
export default { poweredByHeader: false, devIndicators: false, pageExtensions: ['bare.js'] }
