/** What of the holder's own device may be in the way. Each is a text `environment.<finding>`. */
export const ENVIRONMENT_FINDINGS = [
  'cookies_off',
  'old_browser',
  'browser_in_app',
  'back_refused', // the other site took Back for an illegal operation
  'timed_out',
] as const;
export type EnvironmentFinding = (typeof ENVIRONMENT_FINDINGS)[number];

/**
 * What a request tells of the browser. Old: those that speak no TLS 1.2 by themselves or know no certificate
 * signed with SHA-2; on other sites they meet a page that does not load.
 */
export function readBrowser(userAgent: string | undefined): EnvironmentFinding[] {
  const agent = (userAgent ?? '').slice(0, 500);
  const found: EnvironmentFinding[] = [];
  if (OLD.some((pattern) => pattern.test(agent)) || isOldVersion(agent)) found.push('old_browser');
  if (IN_APP.test(agent)) found.push('browser_in_app');
  return found;
}

const OLD: readonly RegExp[] = [
  /\bMSIE \d|\bTrident\//,
  /\bAndroid [1-5]\./,
  /\bOS [1-9]_\d+(_\d+)? like Mac OS X/, // iOS 9 and before
  /\bWindows NT (5\.|6\.0)/,
  /\b(DoCoMo|KDDI-|SoftBank|Vodafone|J-PHONE|Nintendo (3DS|Wii))\b/i,
  /\bOpera Mini\//,
];
/** Pages inside of an app often keep no cookies and have no Back of their own. */
const IN_APP = /\b(Line|FBAN|FBAV|Instagram|Twitter|MicroMessenger|GSA)\//;

const VERSIONS_MIN: readonly (readonly [RegExp, number])[] = [
  [/\bFirefox\/(\d+)/, 60],
  [/\bChrome\/(\d+)/, 64],
  [/\bVersion\/(\d+)[\d.]* .*Safari/, 11],
];

function isOldVersion(agent: string): boolean {
  return VERSIONS_MIN.some(([pattern, least]) => {
    const version = pattern.exec(agent)?.[1];
    return version !== undefined && Number(version) < least;
  });
}
