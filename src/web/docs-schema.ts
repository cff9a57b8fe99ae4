/** Reading JSON schemas for people: fields in a table, and a body that one could send. */
import type { JsonSchema, OpenApiDocument } from '../doors/http/index.ts';

export interface DocumentedField {
  readonly name: string;
  readonly kind: string;
  readonly isRequired: boolean;
  readonly description: string;
}

export function resolve(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

export function fieldsOf(schema: JsonSchema, document: OpenApiDocument): DocumentedField[] {
  const { properties = {}, required = [] } = resolve(schema, document);
  return Object.entries(properties).map(([name, property]) => {
    const resolved = resolve(property, document);
    const byDefault =
      property.default === undefined ? '' : `default ${JSON.stringify(property.default)}`;
    const said = property.description ?? resolved.description ?? '';
    return {
      name,
      kind: typeText(property, document),
      isRequired: required.includes(name),
      description: [said, byDefault].filter(Boolean).join('; '),
    };
  });
}

/** An example of every required field; of a choice the first; small, and right enough to be sent. */
export function exampleOf(schema: JsonSchema, document: OpenApiDocument): unknown {
  const resolved = resolve(schema, document);
  const { properties, required = [], examples, enum: choices, items } = resolved;
  if (resolved.const !== undefined) return resolved.const;
  if (examples?.[0] !== undefined) return examples[0];
  if (choices) return choices[0];
  const options = resolved.anyOf ?? resolved.oneOf;
  if (options?.[0]) return exampleOf(options[0], document);
  if (properties) {
    const named = Object.entries(properties).filter(([name]) => required.includes(name));
    return Object.fromEntries(
      named.map(([name, property]) => [name, EXAMPLES[name] ?? exampleOf(property, document)]),
    );
  }
  if (items) return [exampleOf(items, document)];
  if (resolved.type === 'integer' || resolved.type === 'number') return resolved.minimum ?? 1;
  if (resolved.type === 'boolean') return true;
  return resolved.type === 'string' ? 'text' : {};
}

function typeText(schema: JsonSchema, document: OpenApiDocument): string {
  const resolved = resolve(schema, document);
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (resolved.enum) return resolved.enum.map((choice) => JSON.stringify(choice)).join(' | ');
  const options = resolved.anyOf ?? resolved.oneOf;
  if (options) return options.map((option) => typeText(option, document)).join(' | ');
  if (resolved.items) return `list of ${typeText(resolved.items, document)}`;
  return [resolved.type ?? 'value'].flat().join(' | ');
}

/** Values that say more than their type. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  code: 'ABCD-EFGH-JKLM-NPQR',
  unit: 'JPY',
  productId: 'gift-code',
  programme: 'gift',
  requestId: 'order-1001',
  holdId: 'hld_12544',
  reason: 'reported as lost',
  clientId: 'shop',
  sellerId: 'konbini',
  merchantId: 'cafe',
  key: 'new-key',
  name: 'Name',
  nameJa: '名前',
  nameEn: 'Name',
  partnerId: 'Hana1',
  merchantCode: 'CAFE0001',
  terminalCode: 'T0000001',
  url: 'https://shop.example/kinken',
};
