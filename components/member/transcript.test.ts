import { expect, test } from 'vitest'
import { cueAt, passages } from './transcript.ts'

const vtt = `WEBVTT

00:00:01.000 --> 00:00:04.000
Du machst die Tür auf.

2
00:00:04.000 --> 00:00:22.000
Das Licht ist an, und du

00:00:22.000 --> 00:00:26.000
fängst an.

01:00:30.000 --> 01:00:34.000
Viel später.
`

test('joins cues to passages that end with a sentence, and keeps when each is spoken', () => {
  expect(passages(vtt)).toEqual([
    {
      from: 1,
      cues: [
        { at: 1, text: 'Du machst die Tür auf.' },
        { at: 4, text: 'Das Licht ist an, und du' },
        { at: 22, text: 'fängst an.' },
      ],
    },
    { from: 3630, cues: [{ at: 3630, text: 'Viel später.' }] },
  ])
})

test('reads nothing from a file without cues', () => expect(passages('WEBVTT\n\nNOTE nichts\n')).toEqual([]))

test('finds what is being said', () => {
  const starts = [1, 4, 22]
  expect([0, 0.99, 1, 3.9, 4, 21, 22, 999].map((second) => cueAt(starts, second))).toEqual([-1, 0, 0, 0, 1, 1, 2, 2])
})
