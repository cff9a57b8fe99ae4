import { WrongSetting } from './wrong-setting.ts';

export interface Bounds {
  readonly usual: number; // where nothing is set
  readonly least: number;
  readonly most: number;
}

/** Throws WrongSetting. */
export function readWhole(name: string, text: string | null, bounds: Bounds): number {
  if (text === null) return bounds.usual;
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw new WrongSetting(
    `${name} is a whole number from ${bounds.least} to ${bounds.most}, not "${text}"`,
  );
}
