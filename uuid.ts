const shape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Text that PostgreSQL takes as a uuid, written as everybody writes one; anything else it would refuse with an error.
 */
export const isUuid = (text: string): boolean => shape.test(text)
