/** So many characters are a reason at least, wherever the console asks for one: 不正, 確認. */
export const REASON_MIN = 2;
