/** So many characters are a reason at least, wherever one is asked for: 不正, 確認. */
export const REASON_MIN = 2;
