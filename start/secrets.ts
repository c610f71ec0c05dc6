import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { StartError } from './sentence.ts'

const shape = z.object({
  jwtSecret: z.string().min(32),
  databasePassword: z.string().min(16),
  stripe: z.object({ secretKey: z.string().startsWith('sk_test_'), webhookSecret: z.string().startsWith('whsec_') }),
  resend: z.object({ apiKey: z.string().startsWith('re_'), webhookSecret: z.string().startsWith('whsec_') }),
  bunny: z.object({
    libraryId: z.string().regex(/^\d+$/),
    accessKey: z.string().min(16),
    readOnlyKey: z.string().min(16),
    tokenKey: z.string().min(16),
  }),
})

export type Secrets = z.infer<typeof shape>

const make = (): Secrets => ({
  jwtSecret: randomBytes(48).toString('base64url'),
  databasePassword: randomBytes(24).toString('base64url'),
  stripe: {
    secretKey: `sk_test_${randomBytes(24).toString('hex')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('hex')}`,
  },
  // svix secrets are base64 after the prefix.
  resend: {
    apiKey: `re_${randomBytes(18).toString('hex')}`,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
  },
  bunny: {
    libraryId: '700700',
    accessKey: randomUUID(),
    readOnlyKey: randomUUID(),
    tokenKey: randomUUID(),
  },
})

/**
 * The generated secrets of this data folder: session key, database password and emulators' keys. Written once (0600,
 * complete or not at all); without the file everybody is logged out and the database cannot be opened.
 */
export function readSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const secrets = make()
    writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
    return secrets
  }
  chmodSync(file, 0o600)
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new StartError(
      `${file} is damaged. Restore it from a backup, or move the whole data folder away to begin with an empty one.`,
    )
  }
}
