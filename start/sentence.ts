import { ContentError } from '#libs/contentFiles.ts'
import { ConfigError } from '../config.ts'
import { isFull } from './room.ts'

/** A reason not to start that the person at the terminal can cure: one sentence with cause and cure. */
export class StartError extends Error {}

/** Thrown when the person has asked to stop while something was still starting. */
export class Stopped extends Error {}

/** What a failed start prints: one sentence for what a person can cure, the whole error for our own bugs. */
function sentenceOf(error: unknown): string {
  if (isFull(error)) return `There is no space left (${(error as Error).message}). Free some, then start again.`
  if ([StartError, ConfigError, ContentError].some((kind) => error instanceof kind)) return (error as Error).message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The last line of every program here. */
export function fail(error: unknown): never {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exit(1)
}
