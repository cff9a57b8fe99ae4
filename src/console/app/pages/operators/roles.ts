/** In the order in which they are offered. */
export const ROLES = [
  'support',
  'channel_manager',
  'fraud',
  'compliance',
  'administrator',
  'auditor',
] as const;
