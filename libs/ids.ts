import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '#ports'

/** RFC 9562 version 5 namespace of this project. */
const NAMESPACE = Buffer.from('6f1c2e7a9b5d4d0f8a317c52e4b6d903', 'hex')

function uuid5(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16)
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export const ids: Ids = {
  uuid: randomUUID,
  fromName: uuid5,
  secret: () => randomBytes(32).toString('base64url'),
}
