/**
 * What a scenario expects of what was told. A mapping expects each of its members and says nothing of others; a
 * list expects that each of its elements is there, in any order; a text, number or truth value expects itself.
 * Mappings of these words are matchers:
 *
 *   { contains: 'text' } or a list of texts; { lacks: 'text' }; { matches: 'expression' }; { length: 3 };
 *   { atLeast: 1 }; { not: value }; { exactly: value }; { isThere: false }
 */
export function differences(expected: unknown, told: unknown, path = ''): string[] {
  if (Array.isArray(expected)) return listDifferences(expected, told, path);
  if (!isMapping(expected)) return Object.is(expected, told) ? [] : [differs(path, expected, told)];
  const words = Object.keys(expected);
  if (words.length > 0 && words.every((word) => word in MATCHERS)) {
    return words.flatMap((word) => MATCHERS[word as Matcher](expected[word], told, path));
  }
  if (!isMapping(told)) return [differs(path, expected, told)];
  return words.flatMap((word) =>
    differences(expected[word], told[word], path === '' ? word : `${path}.${word}`),
  );
}

type Matcher = keyof typeof MATCHERS;
type Mapping = Readonly<Record<string, unknown>>;

const MATCHERS = {
  contains: (expected: unknown, told: unknown, path: string) =>
    textsOf(expected)
      .filter((text) => !textOf(told).includes(text))
      .map((text) => `${path}: "${text}" is not in ${shown(told)}`),
  lacks: (expected: unknown, told: unknown, path: string) =>
    textsOf(expected)
      .filter((text) => textOf(told).includes(text))
      .map((text) => `${path}: "${text}" is in ${shown(told)}`),
  matches: (expected: unknown, told: unknown, path: string) =>
    new RegExp(String(expected), 'u').test(textOf(told))
      ? []
      : [`${path}: ${shown(told)} does not match ${String(expected)}`],
  length: (expected: unknown, told: unknown, path: string) =>
    Array.isArray(told) && told.length === expected
      ? []
      : [
          `${path}: ${Array.isArray(told) ? told.length : 'no list'}, expected ${String(expected)} elements`,
        ],
  atLeast: (expected: unknown, told: unknown, path: string) =>
    typeof told === 'number' && told >= Number(expected)
      ? []
      : [`${path}: ${shown(told)}, expected at least ${String(expected)}`],
  not: (expected: unknown, told: unknown, path: string) =>
    differences(expected, told, path).length > 0
      ? []
      : [`${path}: ${shown(told)} is what it should not be`],
  exactly: (expected: unknown, told: unknown, path: string) =>
    JSON.stringify(expected) === JSON.stringify(told) ? [] : [differs(path, expected, told)],
  isThere: (expected: unknown, told: unknown, path: string) =>
    (told !== undefined && told !== null) === expected
      ? []
      : [`${path}: is ${expected === true ? 'not there' : `there: ${shown(told)}`}`],
};

function listDifferences(expected: readonly unknown[], told: unknown, path: string): string[] {
  if (!Array.isArray(told)) return [differs(path, expected, told)];
  return expected
    .filter((each) => !told.some((one) => differences(each, one).length === 0))
    .map((each) => `${path}: no element is ${shown(each)} in ${shown(told)}`);
}

function differs(path: string, expected: unknown, told: unknown): string {
  return `${path === '' ? 'the answer' : path}: ${shown(told)}, expected ${shown(expected)}`;
}

function textsOf(expected: unknown): string[] {
  return (Array.isArray(expected) ? expected : [expected]).map(String);
}

/** Anything may be searched: a mapping as the JSON that was sent. */
function textOf(told: unknown): string {
  return typeof told === 'string' ? told : (JSON.stringify(told) ?? '');
}

const SHOWN_MAX = 600;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)} ...`;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
