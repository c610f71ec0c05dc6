import type { Ctx, JobName, JobPayloads } from '#ports'

/** One job, worked: a few lines that call a verb. Throwing means: try again later. */
export type Handler<Name extends JobName> = (ctx: Ctx, data: JobPayloads[Name]) => Promise<unknown>
