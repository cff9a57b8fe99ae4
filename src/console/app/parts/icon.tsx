import { ICON_SHAPES, type IconName } from './icon-shapes.ts';

/** Stands beside a word and says nothing that the word does not say. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      {ICON_SHAPES[name].map((line) => (
        <path key={line} d={line} />
      ))}
    </svg>
  );
}
