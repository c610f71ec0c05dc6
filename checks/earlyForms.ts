import { type Check, read, sourceFiles } from './sources.ts'

/**
 * Pages are visible before their scripts run, and what is typed or pressed until then must count
 * (docs/decisions/beforeTheScripts.md). So every form has an `action`, every controlled field uses `useTyped`, and only
 * elements whose presses `earlyScript` records have an `onClick`.
 */

const drawnLater: Record<string, string> = {
  'components/notes/BookmarkItem.tsx': 'the field comes with a press on „Benennen“',
  'components/notes/Composer.tsx': 'the choice comes when the film has begun',
  'components/player/SettingsSheet.tsx': 'the sheet opens with a press',
  'components/player/Switch.tsx': 'stands in that sheet',
}
const pressedElsewhere: Record<string, string> = {
  'components/member/Transcript.tsx': 'its lines carry data-at, which earlyScript notes',
}

interface Tag {
  name: string
  /** Its attributes; what stands in braces is left out. */
  attributes: string
}

/** The opening tags of a file, also those that span lines and carry arrows. */
function tagsOf(source: string): Tag[] {
  return [...source.matchAll(/<([a-z]+)(?=[\s>/])/g)].map((match) => {
    let depth = 0
    let attributes = ''
    for (let at = match.index + match[0].length; at < source.length; at++) {
      const sign = source[at] ?? ''
      if (sign === '{') depth += 1
      if (depth === 0 && sign === '>') break
      if (depth === 0) attributes += sign
      if (sign === '}') depth -= 1
    }
    return { name: match[1] ?? '', attributes: attributes.replace(/\s+/g, ' ') }
  })
}

export function earlyProblems(file: string, source: string): string[] {
  const has = (tag: Tag, name: string) => new RegExp(`(^|\\s)${name}(=|\\s|$)`).test(tag.attributes)
  const problems: string[] = []
  for (const tag of tagsOf(source)) {
    if (tag.name === 'form' && !has(tag, 'action'))
      problems.push(`${file}: a <form> without action sends nothing before its scripts.`)
    if (isKept(tag, has) && !/\buseTyped\(/.test(source) && !(file in drawnLater))
      problems.push(
        `${file}: React keeps the text or tick of <${tag.name}>, so what is typed before the scripts is wiped. Use defaultValue and FormData, or useTyped.`,
      )
    const hears = tag.name === 'a' || (tag.name === 'button' && /type="(button|submit)"/.test(tag.attributes))
    if (has(tag, 'onClick') && !hears && !(file in pressedElsewhere))
      problems.push(`${file}: nobody notes a press on <${tag.name}> before the scripts. Make it a button.`)
  }
  return problems
}

function isKept(tag: Tag, has: (tag: Tag, name: string) => boolean): boolean {
  if (!['input', 'textarea', 'select'].includes(tag.name) || has(tag, 'readOnly')) return false
  if (/type="(hidden|submit|button)"/.test(tag.attributes)) return false
  return has(tag, 'checked') || (has(tag, 'value') && !/type="(radio|checkbox)"/.test(tag.attributes))
}

export const earlyForms: Check = {
  name: 'forms work before their scripts',
  run: () =>
    sourceFiles(/\.tsx$/)
      .filter((file) => /^(app|components)\//.test(file))
      .flatMap((file) => earlyProblems(file, read(file))),
}
