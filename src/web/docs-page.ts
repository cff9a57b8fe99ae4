/** The API for people: made from the OpenAPI document and the refusal tables, nothing written twice. */
import { DOOR_REFUSALS, type OpenApiDocument, type OpenApiOperation } from '../doors/http/index.ts';
import { REFUSAL_TEXTS } from '../doors/http/index.ts';
import { html, type Html } from '../kernel/html.ts';
import { exampleOf, fieldsOf, resolve } from './docs-schema.ts';
import type { Page } from './layout.ts';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

export function docsPage(document: OpenApiDocument, origin: string): Page {
  const routes = routesOf(document);
  const groups = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    routes: routes.filter(({ operation }) => operation.tags?.[0] === name),
  }));
  const filled = groups.filter((group) => group.routes.length > 0);
  const body = html` <h1>API</h1>
    <p class="lead">${withCode(document.info.description ?? '')}</p>
    <p>
      The same as a document for machines: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
    </p>
    ${firstSteps(origin)}
    <h2 id="contents">Contents</h2>
    <ul class="contents">
      ${filled.map((group) => html`<li><a href="#group-${group.name}">${group.name}</a></li>`)}
      <li><a href="#refusals">Refusals</a></li>
    </ul>
    ${filled.map(
      (group) =>
        html` <h2 id="group-${group.name}">${group.name}</h2>
          <p>${group.description}</p>
          ${group.routes.map((route) => routeSection(route, document, origin))}`,
    )}
    ${refusalList()}`;
  return { locale: 'en', title: 'API', body, isWide: true, otherAddress: '/ja' };
}

function firstSteps(origin: string): Html {
  return html` <h2>In four sentences</h2>
    <ul class="plain-list">
      <li>Send your key with every request: <code>Authorization: Bearer kk_...</code></li>
      <li>
        Every request that moves value carries an <code>Idempotency-Key</code> that you choose. When
        an answer is lost, send the same request with the same key: it is done at most once, and you
        get the same answer.
      </li>
      <li>
        When you do not want it any more, whether it was done or not, reverse it:
        <code>POST /v1/reversals</code> with its key and its card.
      </li>
      <li>
        If people type codes at your site, name them by <code>Kinken-End-User-Address</code> and
        <code>Kinken-End-User-Device</code>, so that only the one who guesses has to wait.
      </li>
    </ul>
    <pre tabindex="0"><code>curl ${origin}/v1/redemptions \\
  -H 'Authorization: Bearer kk_...' \\
  -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: order-1001' \\
  -d '{"card":{"code":"ABCD-EFGH-JKLM-NPQR"},"amountMinor":1500,"unit":"JPY"}'</code></pre>`;
}

function routesOf(document: OpenApiDocument): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function routeSection(route: Route, document: OpenApiDocument, origin: string): Html {
  const { method, path, operation } = route;
  const body = operation.requestBody?.content['application/json']?.schema;
  return html` <section class="route">
    <h3 id="${operation.operationId}">
      <span class="method">${method}</span> <code>${path}</code>
    </h3>
    <p>${operation.summary}. ${withCode(operation.description ?? '')}</p>
    ${fieldList([...parameterFields(operation), ...(body ? fieldsOf(body, document) : [])])}
    <pre tabindex="0"><code>${curlOf(route, document, origin)}</code></pre>
  </section>`;
}

interface Field {
  readonly name: string;
  readonly kind: string;
  readonly isRequired: boolean;
  readonly description: string;
}

function fieldList(fields: readonly Field[]): Html | false {
  if (fields.length === 0) return false;
  return html` <dl class="fields">
    ${fields.map(
      ({ name, kind, isRequired, description }) =>
        html` <dt>
            <code>${name}</code> <span class="kind">${kind}${isRequired && ', required'}</span>
          </dt>
          <dd>${withCode(description)}</dd>`,
    )}
  </dl>`;
}

function parameterFields({ parameters = [] }: OpenApiOperation): Field[] {
  return parameters.map((parameter) => ({
    name: parameter.name,
    kind: `in ${parameter.in}`,
    isRequired: parameter.required === true,
    description: parameter.description ?? parameter.schema?.description ?? '',
  }));
}

/** `words` between backticks are code. */
function withCode(text: string): Html[] {
  return text
    .split('`')
    .map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function curlOf(
  { method, path, operation }: Route,
  document: OpenApiDocument,
  origin: string,
): string {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const address = path.replace('{requestId}', 'order-1001').replace(/\{\w+\}/g, idExample(path));
  const lines = [`curl ${origin}${address}`, `-H 'Authorization: Bearer kk_...'`];
  const needsKey = operation.parameters?.some(({ name }) => name === 'Idempotency-Key');
  if (needsKey) lines.push(`-H 'Idempotency-Key: ${operation.operationId}-1001'`);
  if (method === 'POST' && !schema) lines.push('-X POST');
  if (schema) {
    const example = JSON.stringify(exampleOf(resolve(schema, document), document));
    lines.push(`-H 'Content-Type: application/json'`, `-d '${example}'`);
  }
  return lines.join(' \\\n  ');
}

function idExample(path: string): string {
  if (path.includes('/holds/')) return 'hld_12544';
  return path.includes('/instruments/') ? 'ins_12544' : '1';
}

function refusalList(): Html {
  const refusals = Object.entries({ ...DOOR_REFUSALS, ...REFUSAL_TEXTS });
  return html`
    <h2 id="refusals">Refusals</h2>
    <p>
      An error is a problem document (RFC 9457). Programs read <code>code</code>; the texts come in
      English, or in Japanese when <code>Accept-Language</code> asks for it.
    </p>
    <dl class="fields">
      ${refusals.map(
        ([code, { status, title, detail }]) => html`
          <dt id="${code}"><code>${code}</code> <span class="kind">${status}</span></dt>
          <dd>${title.en}. ${withCode(detail.en)}</dd>
        `,
      )}
    </dl>
  `;
}
