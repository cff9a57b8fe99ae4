/** Only a name by which the library knows its own requests; nothing listens there. */
export const LIBRARY_ORIGIN = 'https://console.kinken.invalid';
export const LIBRARY_PATH = '/sign-in-library';
/** Set by us, after whatever a proxy may say has been judged; what a caller sends under it is not passed on. */
export const ADDRESS_HEADER = 'kinken-address';
export const INVITATION_PREFIX = 'reset-password:'; // the library's word for a token that sets a password
