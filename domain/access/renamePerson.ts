import { readName, type Viewer } from '#domain/access/rules.ts'
import { updatePerson } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The name the learner wants to be called; empty takes it away. Throws `invalid_input` with `fields.name`,
 * `unproven_session`, `database_unavailable`.
 */
export async function renamePerson(
  ctx: Ctx,
  input: { viewer: Viewer; name: string },
): Promise<{ name: string | null }> {
  if (input.viewer.degraded) throw new AppError('database_unavailable')
  if (input.viewer.kind !== 'proven') throw new AppError('unproven_session')
  const name = readName(input.name)
  if (name === null)
    throw new AppError('invalid_input', 'unusable name', {
      fields: { name: 'Bitte höchstens 80 Zeichen, ohne Zeilenumbruch.' },
    })
  await updatePerson(ctx, input.viewer.personId, { name: name === '' ? null : name })
  return { name: name === '' ? null : name }
}
