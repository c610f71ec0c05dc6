import { holdPerson as lock } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** Locks the person's row: logins, promotions and moves of this person wait until the caller's transaction ends. */
export const holdPerson = (ctx: Ctx, personId: string): Promise<void> => lock(ctx, personId)
