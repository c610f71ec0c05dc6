import { describe, expect, it } from 'vitest'
import { cutShell, fillShell } from './learnerPages.ts'

const page = (html: string) => ({ status: 200, headers: {}, html, whole: true })
const cut = (html: string) => cutShell(page(html), {})

describe('a page made for all learners', () => {
  const shell = cut(
    '<main><div class="contents" data-slot="band"></div><template data-part="done"></template></main>' +
      '<script type="application/json" data-slot="own"></script>',
  )

  it('gets the parts of one learner at their places, and the data to hydrate them', () => {
    const html = fillShell(
      shell,
      { slots: { band: '<p>13 von 75</p>' }, parts: { done: { props: { done: true }, html: '<b>Erledigt</b>' } } },
      'p-1',
    )
    expect(html).toBe(
      '<main><div class="contents" data-slot="band"><p>13 von 75</p></div><b>Erledigt</b></main>' +
        '<script type="application/json" data-slot="own">{"learner":{"learnerId":"p-1"},"done":{"done":true}}</script>',
    )
  })

  it('leaves no place open for a part that this learner does not have', () => {
    const html = fillShell(shell, { slots: {}, parts: {} }, 'p-1')
    expect(html).not.toContain('<template')
    expect(html).toContain('<div class="contents" data-slot="band"></div></main>')
  })

  it('keeps what somebody typed from ending the data’s element, and puts it there as it is', () => {
    const body = '</script><script>alert(1)</script><!-- $& $1 \u2028'
    const html = fillShell(shell, { slots: {}, parts: { notes: { props: { body }, html: '' } } }, 'p-1')
    const data = /data-slot="own">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? ''
    expect(JSON.parse(data).notes.body).toBe(body)
    expect(html.match(/<script/g)).toHaveLength(1)
  })

  it('fills a slot with text that looks like a replacement pattern as it is', () => {
    const html = fillShell(shell, { slots: { band: "$& $' $1" }, parts: {} }, 'p-1')
    expect(html).toContain(">$& $' $1</div>")
  })

  it('takes a slot that is filled already for text', () => {
    expect(cut('<div data-slot="text:1"><p>Lektion</p></div>').pieces).toHaveLength(1)
  })
})
