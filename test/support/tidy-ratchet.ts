export type Rule = string;
export const STILL_THERE: Readonly<Record<string, readonly string[]>> = {};
export const LONGER_FILES: Readonly<Record<string, number>> = {};
