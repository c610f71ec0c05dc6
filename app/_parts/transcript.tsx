import { renderToStaticMarkup } from 'react-dom/server'
import { TranscriptLines } from '#components/member/TranscriptLines.tsx'
import { passages } from '#components/member/transcript.ts'

/** The lines of a lesson's transcript as html, from its captions (WebVTT); empty without any. */
export const drawTranscript = (captions: string): string =>
  renderToStaticMarkup(<TranscriptLines passages={passages(captions)} />)
