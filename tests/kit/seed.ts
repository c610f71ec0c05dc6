/**
 * The seed of everything left to chance in a test's world: the order of the emulators' deliveries and which calls a
 * fault with `chance` strikes. Fixed, so that `npm test` repeats itself; WORLD_SEED tries another.
 */
export const worldSeed = Number(process.env.WORLD_SEED ?? 1)
