import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type NoteBlock, type NoteInline, plainInline, readNote } from './noteMarkdown.ts'

/** Every https address in a tree, and every kind of node. */
function walk(blocks: NoteBlock[]): { hrefs: string[]; kinds: Set<string> } {
  const hrefs: string[] = []
  const kinds = new Set<string>()
  const inline = (inside: NoteInline[]) => {
    for (const one of inside) {
      kinds.add(one.kind)
      if (one.kind === 'link') hrefs.push(one.href)
      if ('inside' in one) inline(one.inside)
    }
  }
  const block = (one: NoteBlock) => {
    kinds.add(one.kind)
    if (one.kind === 'quote') one.blocks.forEach(block)
    else if (one.kind === 'list') for (const item of one.items) inline(item.inside)
    else if ('inside' in one) inline(one.inside)
  }
  blocks.forEach(block)
  return { hrefs, kinds }
}
const text = (text: string): NoteInline => ({ kind: 'text', text })

test('paragraphs keep their lines, and marks become emphasis', () => {
  expect(readNote('Erst **wichtig**, dann *leise*.\nNeue Zeile\n\nAbsatz mit `Code` und ~~weg~~')).toEqual([
    {
      kind: 'p',
      inside: [
        text('Erst '),
        { kind: 'strong', inside: [text('wichtig')] },
        text(', dann '),
        { kind: 'em', inside: [text('leise')] },
        text('.'),
        { kind: 'break' },
        text('Neue Zeile'),
      ],
    },
    {
      kind: 'p',
      inside: [
        text('Absatz mit '),
        { kind: 'code', text: 'Code' },
        text(' und '),
        { kind: 'del', inside: [text('weg')] },
      ],
    },
  ])
})

test('lists, tasks, steps inward, quotes, headings, code and rules', () => {
  const blocks = readNote(
    '# Kopf #\n- a\n  - b\n- [x] c\n- [ ] d\n\n3. drei\n4. vier\n\n> Satz\n> weiter\n\n---\n\n```ts\n<b>*x*</b>\n```\nEnde',
  )
  expect(blocks).toEqual([
    { kind: 'heading', inside: [text('Kopf')] },
    {
      kind: 'list',
      ordered: false,
      start: 1,
      items: [
        { ticked: null, depth: 0, inside: [text('a')] },
        { ticked: null, depth: 1, inside: [text('b')] },
        { ticked: true, depth: 0, inside: [text('c')] },
        { ticked: false, depth: 0, inside: [text('d')] },
      ],
    },
    {
      kind: 'list',
      ordered: true,
      start: 3,
      items: [
        { ticked: null, depth: 0, inside: [text('drei')] },
        { ticked: null, depth: 0, inside: [text('vier')] },
      ],
    },
    { kind: 'quote', blocks: [{ kind: 'p', inside: [text('Satz'), { kind: 'break' }, text('weiter')] }] },
    { kind: 'rule' },
    { kind: 'code', text: '<b>*x*</b>' },
    { kind: 'p', inside: [text('Ende')] },
  ])
})

test('words with low lines, lone stars, escapes and years stay as typed', () => {
  for (const typed of ['datei_mit_strichen', '3 * 4 * 5', 'a ** b', '2 ~~ 3', '[kein Link]', 'Im Jahr\n2026. Ein Jahr'])
    expect(plainInline((readNote(typed)[0] as { inside: NoteInline[] }).inside)).toBe(typed)
  expect(readNote('\\*kein Stern\\*')).toEqual([{ kind: 'p', inside: [text('*kein Stern*')] }])
})

test('HTML is text, pictures are not loaded, and only https becomes a link', () => {
  const evil = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a]( data:text/html,x)',
    '[a](vbscript:x)',
    '[a](//evil.example)',
    '[a](/konto)',
    '[a](http://example.org)',
    '[a](mailto:a@b.de)',
    '[a](https://anna:geheim@example.org)',
    '[a](https://)',
    '<https://example.org/"onmouseover="x>',
    'javascript:alert(1)',
    'http://example.org',
  ]
  for (const one of evil) {
    const { hrefs } = walk(readNote(one))
    for (const href of hrefs) expect(href).toBe('https://example.org/')
  }
  expect(walk(readNote('![Bild](https://example.org/b.png)')).kinds).toEqual(new Set(['p', 'text', 'link']))
  expect(walk(readNote('Siehe (https://example.org/a?b=1).')).hrefs).toEqual(['https://example.org/a?b=1'])
  expect(walk(readNote('[Der **Text**](https://example.org/x)')).hrefs).toEqual(['https://example.org/x'])
})

test('whatever is typed: a tree of known kinds with https addresses only', () => {
  const piece = fc.constantFrom(
    ...[
      '*',
      '**',
      '_',
      '__',
      '~~',
      '`',
      '[',
      ']',
      '](',
      ')',
      '(',
      '> ',
      '- ',
      '1. ',
      '# ',
      '```',
      '\n',
      '\n\n',
      ' ',
      '\\',
    ],
    ...['a', 'Wort', 'https://e.de', 'javascript:x', '<b>', '[x] ', '---', 'ü', '🪚'],
  )
  const kinds = ['p', 'heading', 'list', 'quote', 'code', 'rule', 'text', 'break', 'strong', 'em', 'del', 'link']
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
      ),
      (typed) => {
        const { hrefs, kinds: found } = walk(readNote(typed))
        for (const href of hrefs) expect(href).toMatch(/^https:\/\/[^/@]+/)
        for (const kind of found) expect(kinds).toContain(kind)
      },
    ),
    { numRuns: 500 },
  )
})

test('no 20,000 characters take long', () => {
  const patterns = [
    '*',
    '**',
    '*a ',
    '_a',
    '~~a',
    '`',
    '` ',
    '[',
    '[a',
    '](',
    '[a](',
    '> ',
    '>',
    '- ',
    '1. ',
    '# ',
    ' ',
    '\\',
  ]
  patterns.push('#  ', 'https://', 'https://a ', '```\n', '- - ', '**a*', '*a**', 'h', '[*', '\n', '> - ', '![', '_*~~')
  for (const pattern of patterns)
    for (const typed of [
      pattern.repeat(Math.ceil(20_000 / pattern.length)),
      `# x${pattern.repeat(6_000)}`,
      `- ${pattern.repeat(6_000)}](x)`,
    ]) {
      // The processor's time of this thread alone: a machine that stands still proves nothing.
      const began = process.threadCpuUsage()
      readNote(typed.slice(0, 20_000))
      const { user, system } = process.threadCpuUsage(began)
      expect([pattern, user + system < 500_000]).toEqual([pattern, true])
    }
})
