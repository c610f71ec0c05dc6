import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Check, read, root, sourceFiles } from './sources.ts'

const folders = [...new Set(sourceFiles(/\//).map((file) => file.split('/')[0]))]
  .filter((name) => !name?.startsWith('.'))
  .join('|')
const cited = new RegExp(`(?<![\\w/])((?:${folders})/[\\w()\\[\\]./-]*[\\w\\])])`, 'g')
const linked = /\]\((?!https?:|#|mailto:)([^)#\s]+)/g

function exists(from: string, target: string): boolean {
  return [root, path.join(root, path.dirname(from))].some((base) => existsSync(path.join(base, target)))
}

/** Paths and links in our Markdown documents must exist. */
export const citedPaths: Check = {
  name: 'cited paths exist',
  run() {
    const problems: string[] = []
    for (const file of sourceFiles(/^(?!content\/).*\.md$/)) {
      const text = read(file).replace(/```[\s\S]*?```/g, '')
      const targets = [...text.matchAll(/`([^`\n]+)`/g)].flatMap((match) =>
        [...(match[1] ?? '').matchAll(cited)].map((hit) => hit[1] ?? ''),
      )
      const links = [...text.matchAll(linked)].map((match) => match[1] ?? '')
      for (const target of new Set([...targets, ...links])) {
        if (!target || /[*{}<>…]/.test(target)) continue
        if (!exists(file, target)) problems.push(`${file} cites ${target}, which does not exist.`)
      }
    }
    return problems
  },
}
