/** A request as Stripe reads it: nested objects, arrays and texts; an empty text unsets. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

const maxDepth = 10
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

type Tree = Map<string, Tree | string>

function toValue(node: Tree | string): FormValue {
  if (typeof node === 'string') return node
  const keys = [...node.keys()]
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key)))
    return keys.sort((one, other) => Number(one) - Number(other)).map((key) => toValue(node.get(key) as Tree | string))
  return Object.fromEntries(keys.map((key) => [key, toValue(node.get(key) as Tree | string)]))
}

/**
 * `a[b][0][c]=1&types[]=x` → `{ a: { b: [{ c: '1' }] }, types: ['x'] }`. Keys that could reach a prototype are ignored.
 */
export function parseForm(text: string): Form {
  const root: Tree = new Map()
  for (const [name, value] of new URLSearchParams(text)) {
    const head = /^[^[]+/.exec(name)?.[0]
    if (!head) continue
    const path = [head, ...[...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] as string)]
    if (path.length > maxDepth || path.some((key) => forbidden.has(key))) continue
    let node = root
    path.forEach((step, index) => {
      const key = step === '' ? String(node.size) : step
      if (index === path.length - 1) {
        node.set(key, value)
        return
      }
      const child = node.get(key)
      const tree: Tree = child instanceof Map ? child : new Map()
      node.set(key, tree)
      node = tree
    })
  }
  return toValue(root.size === 0 ? new Map() : root) as Form
}

/** The parameters in a fixed order, so that two requests with the same ones are equal. */
export const sortedForm = (text: string) => text.split('&').filter(Boolean).sort().join('&')

export const textOf = (value: FormValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null

export const listOf = (value: FormValue | undefined): FormValue[] =>
  Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value]

export const objectOf = (value: FormValue | undefined): Form | null =>
  typeof value === 'object' && !Array.isArray(value) ? value : null

export const isTrue = (value: FormValue | undefined) => value === 'true'
