/**
 * Boot of the web process: the platform is built once, before the first request. A throw in here would leave
 * Next alive and answering 500, so a bad setting prints its sentence and ends the process.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { platform } = await import('#platform')
    const { ConfigError } = await import('#config')
    try {
      const { mergeOnRecovery } = await import('./worker/mergeOnRecovery.ts')
      mergeOnRecovery(platform('web'))
    } catch (error) {
      process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`)
      process.exit(1)
    }
  }
}
