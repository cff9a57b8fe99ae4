/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- on a phone the rows are blocks, and browsers then forget that this is a table */
import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly title: string;
  readonly isFigure?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** A table; on a phone each row is a card with the titles beside its cells. The roles keep it a table there. */
export function Table<Row>(props: {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  readonly columns: readonly Column<Row>[];
}) {
  const { caption, rows, keyOf, columns } = props;
  return (
    <table role="table" aria-label={caption}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.title}
              role="columnheader"
              scope="col"
              className={column.isFigure === true ? 'figure' : undefined}
            >
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map((column) => (
              <td
                key={column.title}
                role="cell"
                data-label={column.title}
                className={column.isFigure === true ? 'figure' : undefined}
              >
                <div>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
