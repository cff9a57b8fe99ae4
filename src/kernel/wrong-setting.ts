/** Shown to the person who starts the server; never a stack. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}
