import { clock } from '#components/format.ts'

interface FilmProps {
  lesson: { id: string; title: string; number: number; durationSeconds: number; resumeAt?: number }
  captions: boolean
  owner: boolean
}

/** The lesson's film, wherever it stands. */
export function Film({ lesson }: FilmProps) {
  return <div style={{ aspectRatio: '16/9', background: 'var(--film)' }}>{clock(lesson.durationSeconds)}</div>
}
