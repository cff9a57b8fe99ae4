/** The parts of an OpenAPI document that we write and read. */
export interface OpenApiDocument {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface OpenApiOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses?: Record<string, { description: string }>;
}

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

const RESPONSES: Readonly<Record<string, string>> = {
  '200': 'Done, now or before under this id',
  '4XX': 'Refused: `code` says why, `detail` what to do',
  '5XX': 'Not done (`busy`), not known (`outcome_unknown`), or broken: repeat the same request',
};

/** The generated document made plain: one schema a name, only those in use, responses in words. */
export function tidyDocument(generated: OpenApiDocument): OpenApiDocument {
  for (const methods of Object.values(generated.paths)) {
    for (const { responses = {} } of Object.values(methods)) {
      for (const [status, response] of Object.entries(responses)) {
        response.description = RESPONSES[status] ?? response.description;
      }
    }
  }
  const used = usedSchemas(generated);
  const schemas: Record<string, JsonSchema> = {};
  const names = new Map<string, string>();
  for (const name of [...used].toSorted()) {
    // What comes in and what goes out differ only where a default stands; one of the two is in use.
    const plain = name.replace(/Input$/, '');
    const isAlone = plain === name || !used.has(plain) || isSame(generated, plain, name);
    names.set(name, isAlone ? plain : name);
    schemas[isAlone ? plain : name] = generated.components.schemas[name] ?? {};
  }
  const document = { ...generated, components: { ...generated.components, schemas } };
  return JSON.parse(JSON.stringify(document), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? renamed(value, names) : value,
  ) as OpenApiDocument;
}

const PREFIX = '#/components/schemas/';

function usedSchemas(document: OpenApiDocument): Set<string> {
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(document.components.schemas[name] ?? {});
    }
  };
  visit(document.paths);
  return used;
}

function isSame(document: OpenApiDocument, one: string, other: string): boolean {
  const { schemas } = document.components;
  const plain = (name: string) => JSON.stringify(schemas[name]).replaceAll(/(\w+)Input"/g, '$1"');
  return plain(one) === plain(other);
}

function renamed(reference: string, names: ReadonlyMap<string, string>): string {
  const name = reference.slice(PREFIX.length);
  return PREFIX + (names.get(name) ?? name);
}
