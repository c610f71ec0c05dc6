import { countForeignPriced } from '#domain/sales/store.ts'
import type { Db } from '#ports'

/** How many orders are parked because their price is not known as the course's. Throws `database_unavailable`. */
export const waitingForPrice = (db: Db): Promise<number> => countForeignPriced(db)
