/**
 * Loaded with `--import` into a process whose wall clock is to be wrong: it is `FAST_CLOCK_MS` ahead for all its life.
 */
const ahead = Number(process.env.FAST_CLOCK_MS ?? 0)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + ahead] : given))
  }
  static now() {
    return RealDate.now() + ahead
  }
}
