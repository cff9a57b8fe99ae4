/**
 * The demo: an issuer of its own with products, blank cards, a company that calls, and `sandbox.json`.
 * Only for an embedded database or where it is asked for; a server with a demo listens on loopback only.
 */
export {
  hasDemo,
  isDemoUnfinished,
  makeDemoKeys,
  makeDemoParties,
  makeDemoValue,
} from './make-demo.ts';
export { DEMO_ISSUER } from './demo-catalogue.ts';
export type { DemoSecrets, DemoTools } from './make-demo.ts';
export {
  gatherSandbox,
  readSandboxConsole,
  readSandboxMember,
  renewDemoKeys,
  SANDBOX_FILE,
  writeSandbox,
  type DoorAddresses,
  type Sandbox,
} from './sandbox.ts';
export type { DemoOperator } from './demo-operators.ts';
