import { expect, test } from 'vitest'
import { passages } from './transcript.ts'

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

test('joins cues to passages that end with a sentence', () => {
  expect(passages(vtt)).toEqual([
    { from: 1, text: 'Du machst die Tür auf. Das Licht ist an, und du fängst an.' },
    { from: 3630, text: 'Viel später.' },
  ])
})

test('reads nothing from a file without cues', () => expect(passages('WEBVTT\n\nNOTE nichts\n')).toEqual([]))
