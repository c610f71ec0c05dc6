import { worldSeed } from '../kit/seed.ts'

// Before each file of fault tests: what a failure is repeated with.
console.log(`seed ${worldSeed}; the same again with WORLD_SEED=${worldSeed}`)
