import type JsBarcode from 'jsbarcode';
import { html, type Html } from '../../kernel/html.ts';
import { laterPackage } from '../../kernel/later.ts';

const library = laterPackage<typeof JsBarcode>('jsbarcode');

/** What the library fills in: a text of bars (1) and spaces (0), one module each. */
interface Encoded {
  readonly encodings?: readonly { readonly data: string }[];
}

const QUIET_MODULES = 10;
const HEIGHT = 60;

/** Code 128, as tills read it: black on white whatever the theme, with its quiet zones. */
export function barsOf(digits: string, label: string): Html {
  const encoded: Encoded = {};
  library()(encoded, digits, { format: 'CODE128' });
  const data = encoded.encodings?.map((each) => each.data).join('') ?? '';
  const width = data.length + 2 * QUIET_MODULES;
  const bars = [...data.matchAll(/1+/g)]
    .map(
      ({ index, 0: { length } }) => `M${index + QUIET_MODULES} 0h${length}v${HEIGHT}h-${length}z`,
    )
    .join('');
  return html`<svg
    class="bars"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${width} ${HEIGHT}"
    preserveAspectRatio="none"
    shape-rendering="crispEdges"
  >
    <rect width="${width}" height="${HEIGHT}" fill="#fff" />
    <path d="${bars}" fill="#000" />
  </svg>`;
}
