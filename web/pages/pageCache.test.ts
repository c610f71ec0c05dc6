import { describe, expect, it } from 'vitest'
import { createPageCache, type Made } from './pageCache.ts'

/** Pages whose making is finished by hand. */
function press(now = () => 0) {
  const asked: { key: string; done: (made: Made<string> | null) => void; fail: (error: Error) => void }[] = []
  const cache = createPageCache<string>((key) => new Promise((done, fail) => asked.push({ key, done, fail })), now)
  const page = (text: string, more: Partial<Made<string>> = {}) => ({ page: text, size: 1, until: null, ...more })
  return { cache, asked, page }
}

describe('createPageCache', () => {
  it('makes a page once for all who ask meanwhile, and then answers from memory', async () => {
    const { cache, asked, page } = press()
    const both = [cache.get('/'), cache.get('/')]
    expect(asked).toHaveLength(1)
    asked[0]!.done(page('start'))
    expect(await Promise.all(both)).toEqual(['start', 'start'])
    expect(cache.find('/')).toBe('start')
  })

  it('does not keep what was begun before a change, and begins anew for who asks after it', async () => {
    const { cache, asked, page } = press()
    const before = cache.get('/')
    cache.clear()
    const after = cache.get('/')
    expect(asked).toHaveLength(2)
    asked[0]!.done(page('old price'))
    asked[1]!.done(page('new price'))
    expect(await before).toBe('old price')
    expect(await after).toBe('new price')
    expect(cache.find('/')).toBe('new price')
  })

  it('keeps no page that must not be kept, and no failure', async () => {
    const { cache, asked } = press()
    const refused = cache.get('/')
    asked[0]!.done(null)
    expect(await refused).toBeNull()
    const broken = cache.get('/')
    asked[1]!.fail(new Error('no renderer'))
    await expect(broken).rejects.toThrow('no renderer')
    void cache.get('/').catch(() => {})
    expect(asked).toHaveLength(3)
  })

  it('drops a page at its end', async () => {
    let now = 0
    const { cache, asked, page } = press(() => now)
    const made = cache.get('/')
    asked[0]!.done(page('today', { until: new Date(1000) }))
    await made
    now = 999
    expect(cache.find('/')).toBe('today')
    now = 1000
    expect(cache.find('/')).toBeNull()
  })

  it.each([
    ['pages', 300, 1, 200],
    ['bytes', 40, 1024 * 1024, 32],
  ])(
    'keeps within its limit of %s, and drops the page that was not asked for longest',
    async (_, count, size, most) => {
      const { cache, asked, page } = press()
      for (let at = 0; at < count; at++) {
        const made = cache.get(`/${at}`)
        asked[at]!.done(page(`${at}`, { size }))
        await made
        cache.find('/0')
      }
      expect(cache.size().pages).toBe(most)
      expect(cache.size().bytes).toBe(most * size)
      expect(cache.find('/0')).toBe('0')
      expect(cache.find('/1')).toBeNull()
      expect(cache.find(`/${count - 1}`)).not.toBeNull()
    },
  )
})
