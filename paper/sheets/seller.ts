import type { Operator } from '#ports'

type Address = Pick<Operator, 'name' | 'street' | 'postalCode' | 'city'>

/** „Erika Beispiel, Werkweg 1, 12345 Musterstadt“ */
export const sellerLine = ({ name, street, postalCode, city }: Address): string =>
  `${name}, ${street}, ${postalCode} ${city}`

/** Who stands behind a contract or a legal text, a line each: for the foot of its pages. */
export const sellerFoot = (operator: Address & Pick<Operator, 'country' | 'email' | 'phone'>): string[] => [
  `${sellerLine(operator)}, ${operator.country}`,
  `${operator.email} · ${operator.phone}`,
]
