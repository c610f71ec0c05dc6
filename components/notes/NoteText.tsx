import { Fragment, type ReactNode } from 'react'
import { type NoteBlock, type NoteInline, type NoteListItem, readNote } from '#noteMarkdown'

/** A learner's Markdown as elements: the tree knows no HTML, and React writes every text as text. */
export function NoteText({ body }: { body: string }) {
  return <div className="note-text">{blocks(readNote(body))}</div>
}

function blocks(all: NoteBlock[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: a tree made anew from the text, nothing in it has a state
  return all.map((one, index) => <Fragment key={index}>{block(one)}</Fragment>)
}

function block(one: NoteBlock): ReactNode {
  switch (one.kind) {
    case 'p':
      return <p>{inline(one.inside)}</p>
    case 'heading':
      // Not a heading element: people who jump from heading to heading want lessons.
      return <p className="note-heading">{inline(one.inside)}</p>
    case 'quote':
      return <blockquote>{blocks(one.blocks)}</blockquote>
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also without a mouse
        <pre tabIndex={0}>
          <code>{one.text}</code>
        </pre>
      )
    case 'rule':
      return <hr />
    case 'list': {
      const items = one.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Item key={index} item={item} />
      ))
      return one.ordered ? <ol start={one.start}>{items}</ol> : <ul>{items}</ul>
    }
  }
}

function Item({ item }: { item: NoteListItem }) {
  const task = item.ticked === null ? null : item.ticked ? '☑' : '☐'
  return (
    <li data-depth={item.depth} className={task ? 'note-task' : undefined}>
      {task && (
        <>
          <span aria-hidden="true">{task} </span>
          <span className="sr-only">{item.ticked ? 'erledigt: ' : 'offen: '}</span>
        </>
      )}
      {inline(item.inside)}
    </li>
  )
}

function inline(all: NoteInline[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return all.map((one, index) => <Fragment key={index}>{inlineOf(one)}</Fragment>)
}

function inlineOf(one: NoteInline): ReactNode {
  switch (one.kind) {
    case 'text':
      return one.text
    case 'break':
      return <br />
    case 'code':
      return <code>{one.text}</code>
    case 'strong':
      return <strong>{inline(one.inside)}</strong>
    case 'em':
      return <em>{inline(one.inside)}</em>
    case 'del':
      return <del>{inline(one.inside)}</del>
    case 'link':
      return (
        <a href={one.href} rel="noopener noreferrer nofollow">
          {inline(one.inside)}
        </a>
      )
  }
}
