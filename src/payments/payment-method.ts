/** A member's card or phone contract, as a provider knows it. The token is sealed; people see its last digits. */
export interface PaymentMethod {
  readonly methodId: bigint;
  readonly memberId: string;
  readonly tenderId: number;
  readonly kind: MethodKind;
  readonly lastDigits: string; // shown as `•••• 4242`
}

export type MethodKind = 'card' | 'carrier';

export interface WantedMethod {
  readonly memberId: string;
  readonly tenderId: number;
  readonly tenderKind: string; // as the catalogue says; it must be what the token is for
  readonly token: string;
}

export type MethodRefusal = 'token_not_known' | 'token_does_not_fit' | 'too_many_methods';
