/** A statement as it stands in a `.sql` file. */
export interface ParsedStatement {
  readonly name: string; // camelCase, of the function
  readonly comments: readonly string[]; // sentences for the docstring
  readonly text: string; // with $1, $2 ... for the parameters
  readonly parameters: readonly string[]; // their names in that order
  readonly nullable: ReadonlySet<string>; // parameters and columns, in camelCase
  readonly notNull: ReadonlySet<string>; // columns, in camelCase
}

export class SqlFileRefused extends Error {
  override readonly name = 'SqlFileRefused';
}

/**
 * Reads a file of statements:
 *
 *     -- name: findAccounts
 *     -- Comment lines become the docstring.
 *     -- nullable: floorMinors        parameters that may be null (of an array: its elements), columns too
 *     -- notnull: total               columns of expressions that are never null
 *     select ... where account.lane = any(:lanes::int[]);
 */
export function parseSqlFile(source: string): ParsedStatement[] {
  const parts = source.split(/^-- name:/m);
  if (parts[0]?.replace(/^--.*$/gm, '').trim()) {
    throw new SqlFileRefused('there is SQL before the first "-- name:" line');
  }
  const statements = parts.slice(1).map(parseStatement);
  const names = statements.map((statement) => statement.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw new SqlFileRefused(`there are two statements named ${twice}`);
  return statements;
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function parseStatement(part: string): ParsedStatement {
  const [nameLine = '', ...lines] = part.split('\n');
  const name = nameLine.trim();
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw new SqlFileRefused(`"${name}" is not a name in camelCase`);
  }
  const body = lines.findIndex((line) => !line.startsWith('--'));
  const head = lines
    .slice(0, body === -1 ? lines.length : body)
    .map((line) => line.slice(2).trim());
  const sql = lines.slice(head.length).join('\n').trim().replace(/;$/, '');
  if (sql === '') throw new SqlFileRefused(`${name} has no statement`);
  const { text, parameters } = numberParameters(sql, name);
  return {
    name,
    comments: head.filter((line) => !MARKER.test(line)),
    text,
    parameters,
    nullable: namesAfter('nullable', head),
    notNull: namesAfter('notnull', head),
  };
}

const MARKER = /^(nullable|notnull):/;

function namesAfter(marker: string, head: readonly string[]): ReadonlySet<string> {
  const lines = head.filter((line) => line.startsWith(`${marker}:`));
  const names = lines.flatMap((line) => line.slice(marker.length + 1).split(','));
  return new Set(names.map((name) => camelCase(name.trim().replace(/\[\]$/, ''))));
}

/** What is read whole: comments, strings, quoted names, dollar quotes, casts; and a parameter. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|::|:([a-zA-Z]\w*)|;/g;

function numberParameters(sql: string, name: string): { text: string; parameters: string[] } {
  const parameters: string[] = [];
  const text = sql.replace(TOKEN, (token: string, _tag, parameter: string | undefined) => {
    if (token === ';') throw new SqlFileRefused(`${name} is more than one statement`);
    if (parameter === undefined) return token;
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { text, parameters };
}
