import fc from 'fast-check';

import { emptyFields } from '../codec.ts';
import type { Message } from '../codec.ts';
import type { Dialect } from '../dialect.ts';
import type { Content, FieldShape } from '../field.ts';

/** A message from a plain object, as tests write it. */
export function messageOf(mti: string, fields: Readonly<Record<number, string>>): Message {
  const list = emptyFields();
  for (const [field, value] of Object.entries(fields)) list[Number(field)] = value;
  return { mti, header: '', fields: list };
}

/** The fields that are there, for comparing. */
export function fieldsOf(message: Message): Record<number, string> {
  const fields: Record<number, string> = {};
  message.fields.forEach((value, field) => {
    if (value !== undefined) fields[field] = value;
  });
  return fields;
}

const LETTERS: Readonly<Record<Exclude<Content, 'x+n' | 'b'>, string>> = {
  a: 'ABCXYZabcxyz',
  n: '0123456789',
  an: '019AZaz',
  anp: '019AZaz ',
  ns: '0189 !#$%&()*+,-./:;<=>?@[]^_{|}~`"\'\\',
  ans: '019AZaz !#$%&()*+,-./:;<=>?@[]^_{|}~`"\'\\',
  z: '0123456789=D',
};

/** Any value that a field may hold; long ones are rare, so that messages stay of a real size. */
export function valueOf(shape: FieldShape): fc.Arbitrary<string> {
  const isFixed = shape.lengthDigits === 0;
  const maxLength = isFixed ? shape.lengthMax : Math.min(shape.lengthMax, 200);
  const minLength = isFixed ? shape.lengthMax : 0;
  if (shape.content === 'b') {
    return fc
      .uint8Array({ minLength, maxLength })
      .map((bytes) => Buffer.from(bytes).toString('hex'));
  }
  if (shape.content === 'x+n') {
    const digits = fc.string({
      unit: fc.constantFrom(...LETTERS.n.split('')),
      minLength: minLength - 1,
      maxLength: maxLength - 1,
    });
    return fc.tuple(fc.constantFrom('C', 'D'), digits).map((parts) => parts.join(''));
  }
  const unit = fc.constantFrom(...LETTERS[shape.content].split(''));
  return fc.string({ unit, minLength, maxLength });
}

/** Any valid message of a dialect, with up to a dozen fields. */
export function messagesOf(dialect: Dialect): fc.Arbitrary<Message> {
  const numbers = dialect.shapes.flatMap((shape, field) => (shape === undefined ? [] : [field]));
  return fc
    .tuple(
      fc.constantFrom(...Object.keys(dialect.messages)),
      fc.uniqueArray(fc.constantFrom(...numbers), { maxLength: 12 }),
    )
    .chain(([mti, chosen]) => {
      const values = Object.fromEntries(
        chosen.map((field) => [field, valueOf(dialect.shapes[field] as FieldShape)]),
      );
      return fc.record(values).map((fields) => messageOf(mti, fields as Record<number, string>));
    });
}
