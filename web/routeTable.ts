/** What a `route.ts` exports: a handler for each method it answers. */
export type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[]>> },
) => Promise<Response>
export type RouteModule = Partial<Record<Method, Handler>>
/** Folder below `app/` → its `route.ts`. */
export type RouteModules = Record<string, RouteModule>

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

export interface Match {
  /** Undefined: the address exists, but not for this method. */
  handler: Handler | undefined
  params: Record<string, string | string[]>
  /** The methods of the address, for `Allow`. */
  allow: string[]
}

interface Pattern {
  match: RegExp
  names: string[]
  rest: string | null
  module: RouteModule
}

/**
 * Finds the handler of an address as Next would: `[id]` is one part, `[[...rest]]` any number, and the address with the
 * most literal parts wins. One slash at the end makes no difference: Stripe takes a redirect for a failure.
 */
export function routeTable(modules: RouteModules): (method: string, path: string) => Match | null {
  const exact = new Map<string, RouteModule>()
  const patterns: Pattern[] = []
  for (const [folder, module] of Object.entries(modules)) {
    const path = `/${folder
      .split('/')
      .filter((part) => !/^\(.*\)$/.test(part))
      .join('/')}`
    if (path.includes('[')) patterns.push(patternOf(path, module))
    else exact.set(path, module)
  }
  patterns.sort((a, b) => Number(a.rest !== null) - Number(b.rest !== null) || a.names.length - b.names.length)

  return (method, asked) => {
    const path = asked.length > 1 && asked.endsWith('/') ? asked.slice(0, -1) : asked
    const literal = exact.get(path)
    if (literal) return matchOf(literal, method, {})
    for (const pattern of patterns) {
      const found = pattern.match.exec(path)
      if (found) return matchOf(pattern.module, method, paramsOf(pattern, found))
    }
    return null
  }
}

function patternOf(path: string, module: RouteModule): Pattern {
  const names: string[] = []
  let rest: string | null = null
  const match = path.replace(
    /\/\[\[\.\.\.(\w+)\]\]|\[(\w+)\]|[.*+?^${}()|\\]/g,
    (whole, all?: string, one?: string) => {
      if (all) {
        rest = all
        return '(?:/(.*))?'
      }
      if (!one) return `\\${whole}`
      names.push(one)
      return '([^/]+)'
    },
  )
  return { match: new RegExp(`^${match}$`), names, rest, module }
}

/** The address is readable: our server has refused a broken escape before it looks here. */
function paramsOf({ names, rest }: Pattern, found: RegExpExecArray): Match['params'] {
  const params: Match['params'] = Object.fromEntries(
    names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]),
  )
  if (rest) params[rest] = (found[names.length + 1] ?? '').split('/').filter(Boolean).map(decodeURIComponent)
  return params
}

function matchOf(module: RouteModule, method: string, params: Match['params']): Match {
  const own = (name: string) => (Object.hasOwn(module, name) ? module[name as Method] : undefined)
  const allow = METHODS.filter((name) => own(name) ?? (name === 'HEAD' && own('GET')))
  const handler = own(method) ?? (method === 'HEAD' ? own('GET') : undefined)
  return { handler: METHODS.includes(method as Method) ? handler : undefined, params, allow: [...allow, 'OPTIONS'] }
}
