import { CATALOGUE_COMMANDS } from './catalogue-commands.ts';
import { CLIENT_COMMANDS } from './client-commands.ts';
import type { Command } from './command.ts';
import { DESK_COMMANDS } from './desk-commands.ts';
import { GIFT_COMMANDS } from './gift-commands.ts';
import { MESSAGE_COMMANDS } from './message-commands.ts';
import { OPERATOR_COMMANDS } from './operator-commands.ts';
import { SALE_COMMANDS } from './sale-commands.ts';
import { STOCK_COMMANDS } from './stock-commands.ts';
import { SWITCH_COMMANDS } from './switch-commands.ts';
import { SYSTEM_COMMANDS } from './system-commands.ts';

/** Every command of administration. `main.ts` puts those before them that run a server or read its books. */
export const COMMANDS: readonly Command[] = [
  ...CATALOGUE_COMMANDS,
  ...SALE_COMMANDS,
  ...SWITCH_COMMANDS,
  ...SYSTEM_COMMANDS,
  ...CLIENT_COMMANDS,
  ...STOCK_COMMANDS,
  ...DESK_COMMANDS,
  ...GIFT_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...OPERATOR_COMMANDS,
];
