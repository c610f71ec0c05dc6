import { expect, test } from 'vitest'
import { earlyProblems } from './earlyForms.ts'

const say = (source: string) => earlyProblems('components/x.tsx', source).map((problem) => problem.split(': ')[1])

test('a field whose text React keeps is found, however its tag is written', () => {
  const wiped = (name: string) => [expect.stringContaining(`keeps the text or tick of <${name}>`)]
  expect(say('<input value={email} onChange={(event) => set(event.target.value)} />')).toEqual(wiped('input'))
  expect(say('<input\n  onChange={({ target }) => on(target.checked)}\n  checked={on}\n  type="checkbox"\n/>')).toEqual(
    wiped('input'),
  )
  expect(say('<textarea rows={3} value={text} />')).toEqual(wiped('textarea'))
  expect(say('<select value={kind}><option value="a">A</option></select>')).toEqual(wiped('select'))
})

test('fields of the DOM, hidden ones, ones to copy and ones that hand over are fine', () => {
  expect(say('<input defaultValue={name} name="name" />')).toEqual([])
  expect(say('<input type="hidden" name="key" value={key} />')).toEqual([])
  expect(say('<input type="radio" value={value} defaultChecked={on} />')).toEqual([])
  expect(say('<input readOnly value={feed} />')).toEqual([])
  expect(say('useTyped(field, take)\n<input value={text} onChange={change} ref={field} />')).toEqual([])
})

test('a form needs an address, a press a button', () => {
  expect(say('<form onSubmit={send}>')).toEqual([expect.stringContaining('without action')])
  expect(say('<form method="post" action={to} onSubmit={(event) => send(event)}>')).toEqual([])
  expect(say('<li onClick={() => open()}>')).toEqual([expect.stringContaining('press on <li>')])
  expect(say('<button type="button" onClick={open}>')).toEqual([])
})
