import type { ReactNode } from 'react'

export interface Column<Row> {
  name: string
  cell: (row: Row) => ReactNode
  /** Right-aligned and in mono. */
  number?: boolean
  /** Names the row for screen readers; one per table. */
  heading?: boolean
  /** A column with room for a sentence. */
  wide?: boolean
  nowrap?: boolean
}

interface DataTableProps<Row> {
  id: string
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  /** Shown without rows: what will be listed here, and where it comes from. */
  empty: ReactNode
}

const classOf = <Row,>({ number, wide, nowrap }: Column<Row>) =>
  number ? 'num' : wide ? 'wide' : nowrap ? 'nowrap' : undefined

/** A dense table that scrolls inside its own focusable frame; its head stays. */
export function DataTable<Row>({ id, caption, columns, rows, keyOf, empty }: DataTableProps<Row>) {
  if (rows.length === 0) return <div className="admin-empty">{empty}</div>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls this region with the arrow keys
    <section className="admin-scroll" aria-labelledby={id} tabIndex={0}>
      <table className="admin-table">
        <caption id={id}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={column.number ? 'num' : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) =>
                column.heading ? (
                  <th key={column.name} scope="row" className={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
