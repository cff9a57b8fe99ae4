/** Set by us, after whatever a proxy may say has been judged; what a caller sends under it is not passed on. */
export const ADDRESS_HEADER = 'kinken-address';
