import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-shapes.ts';

export interface ButtonLook {
  readonly kind?: 'plain' | 'quiet' | 'bare' | 'stop';
  readonly isLarge?: boolean;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function Button(
  props: ButtonLook & {
    readonly onPress?: () => void;
    readonly isSubmit?: boolean;
    readonly isDisabled?: boolean;
    /** Under way: it cannot be pressed again, and says so. */
    readonly isBusy?: boolean;
    readonly isExpanded?: boolean;
    readonly controls?: string;
  },
) {
  const { icon, children, onPress, isSubmit, isDisabled, isBusy, isExpanded, controls } = props;
  return (
    <button
      type={isSubmit === true ? 'submit' : 'button'}
      className={classOf(props)}
      disabled={isDisabled === true || isBusy === true}
      aria-busy={isBusy === true ? true : undefined}
      aria-expanded={isExpanded}
      aria-controls={controls}
      onClick={onPress}
    >
      {icon && <Icon name={isBusy === true ? 'hourglass' : icon} />}
      <span>{children}</span>
    </button>
  );
}

export function classOf({ kind = 'plain', isLarge = false }: Partial<ButtonLook>): string {
  return ['button', kind === 'plain' ? '' : kind, isLarge ? 'large' : ''].join(' ').trim();
}
