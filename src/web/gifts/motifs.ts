import { html, type Html } from '../../kernel/html.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';

/** Our own drawings: simple shapes in two colours, which are made for both schemes in gifts.css. */
export const MOTIFS = ['ribbon', 'flower', 'cake', 'star', 'sea', 'leaf'] as const;
export type Motif = (typeof MOTIFS)[number];

export function readMotif(text: string | null): Motif | null {
  return MOTIFS.find((each) => each === text) ?? null;
}

/** The picture of a gift; its name is read out. */
export function motifPicture(locale: Locale, motif: Motif): Html {
  return html`<svg
    class="motif motif-${motif}"
    viewBox="0 0 120 80"
    role="img"
    aria-label="${textOf(locale, `gifts.motif.${motif}`)}"
  >
    <rect class="motif-back" width="120" height="80" rx="8" />
    ${SHAPES[motif]}
  </svg>`;
}

const SHAPES: Readonly<Record<Motif, Html>> = {
  ribbon: html`<path class="motif-one" d="M30 34h60v32H30z" />
    <path class="motif-two" d="M55 34h10v32H55zM26 26h68v10H26z" />
    <path
      class="motif-two"
      d="M60 26C48 6 34 12 40 20c3 4 12 6 20 6Zm0 0c12-20 26-14 20-6-3 4-12 6-20 6Z"
    />`,
  flower: html`<g class="motif-one">
      <circle cx="60" cy="22" r="12" />
      <circle cx="77" cy="34" r="12" />
      <circle cx="71" cy="54" r="12" />
      <circle cx="49" cy="54" r="12" />
      <circle cx="43" cy="34" r="12" />
    </g>
    <circle class="motif-two" cx="60" cy="40" r="10" />`,
  cake: html`<path class="motif-one" d="M28 44a8 8 0 0 1 8-8h48a8 8 0 0 1 8 8v24H28Z" />
    <path
      class="motif-two"
      d="M28 46c8 8 12 8 16 0 4 8 12 8 16 0 4 8 12 8 16 0 4 8 8 8 16 0v6c-8 8-12 8-16 0-4 8-12 8-16 0-4 8-12 8-16 0-4 8-8 8-16 0ZM57 20h6v16h-6ZM60 8c4 5 4 9 0 10-4-1-4-5 0-10Z"
    />`,
  star: html`<path
      class="motif-one"
      d="m60 8 9.5 20.5 22.5 2.700-16.700 15.300L79.800 69 60 57.800 40.200 69l4.500-22.500L28 31.200l22.500-2.700Z"
    />
    <g class="motif-two">
      <circle cx="20" cy="18" r="3" />
      <circle cx="100" cy="16" r="4" />
      <circle cx="104" cy="58" r="3" />
      <circle cx="16" cy="56" r="4" />
    </g>`,
  sea: html`<circle class="motif-two" cx="86" cy="24" r="12" />
    <path
      class="motif-one"
      d="M0 48c10-10 20-10 30 0s20 10 30 0 20-10 30 0 20 10 30 0v24a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8Z"
    />`,
  leaf: html`<path class="motif-one" d="M60 72C28 60 30 24 60 8c30 16 32 52 0 64Z" />
    <path
      class="motif-two"
      d="M58.500 20h3v56h-3ZM60 40l14-10 2 2.500L60 44ZM60 54l14-10 2 2.500L60 58ZM60 40 46 30l-2 2.500L60 44ZM60 54 46 44l-2 2.500L60 58Z"
    />`,
};
