/**
 * Pages for people: a balance by code, the API in words, errors. Rendered here, without JavaScript, in
 * Japanese and English, in one look. Deliberately absent: scripts (passkeys have one, on their pages alone), third
 * parties, and a code in an address.
 */
export { sendErrorPage, site, type SiteParts } from './site.ts';
export { buySite, type BuySiteParts } from './buy/buy-site.ts';
export { statusSite, type StatusSiteParts } from './status/status-site.ts';
export { keptStatusSite } from './status/kept-status.ts';
export { openStatusBoard, type StatusBoard, type StatusBoardParts } from './status/status-board.ts';
export { whySite, type WhySiteParts } from './why/why-site.ts';
export { checkSite, type CheckSiteParts } from './check/check-site.ts';
export { caseSite, type CaseSiteParts } from './cases/case-site.ts';
export { memberSite } from './members/member-site.ts';
export type { MemberSiteParts } from './members/member-visit.ts';
export { giftSite } from './gifts/gift-site.ts';
export type { GiftSiteParts } from './gifts/gift-parts.ts';
export { openPictureReader } from './pictures/index.ts';
export { walletSite } from './wallet/wallet-site.ts';
export type { WalletSiteParts } from './wallet/wallet-parts.ts';
export { outboxSite } from './outbox-pages.ts';
