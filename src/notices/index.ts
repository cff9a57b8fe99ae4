/**
 * Official messages by mail, by SMS or in the inbox alone: each has a number, stands in the register (and so in the
 * inbox of its owner) before it goes out, and is sent until the next server has taken it over.
 *
 * **Invariant.** A notice is written in the transaction of its cause: what was rolled back is never sent, and
 * what was committed is sent at least once. A mail sent twice has the same Message-ID.
 * **Invariant.** A template whose words change gets the next version by itself, and every version's words are
 * kept, so it can always be said what a message said.
 * **Invariant.** Recipient and content are sealed, and erased when their time of keeping is over; keyed hashes
 * stay, so a message can still be known again.
 * **Invariant.** A mail has one recipient and plain text. What is filled in can neither end a line of the
 * header nor add a recipient.
 * **Invariant.** The name that somebody goes by has no link, no mail address and no number to call in it.
 * **Invariant.** A short message has no link in it, whatever is filled in.
 * **Invariant.** Only who got a mail can make it come back: its return path is signed for its number. Where three came
 * back nothing more is sent until the owner of the address says that it is right.
 * Deliberately absent: markup, pictures and attachments in mail, links to sign in, and a queue beside the
 * register.
 */
export { openNotices, type NoticeParts, type Notices } from './open-notices.ts';
export { openPen } from './open-pen.ts';
export { asName } from './compose.ts';
export type { OnUnreached, UnreachedNotice } from './bounces.ts';
export { UNREACHED_RULE } from './bounces.ts';
export { BOUNCE_BYTES_MAX, type BounceRefusal } from './read-bounce.ts';
export { BOUNCE_FOLDER, leaveBounce, takeBounces } from './bounce-folder.ts';
export { isFixedLine, readPhoneNumber } from './phone-number.ts';
export {
  NOTICE_CHANNELS,
  type Held,
  type HeldAddress,
  type HeldPhone,
  type NoticeChannel,
  type Recipient,
} from './recipient.ts';
export { smsFileSink, type Sms, type SmsCarrier } from './sms-carrier.ts';
export {
  DESK_ROUNDS,
  type NoticeRefusal,
  type WantedNotice,
  type WrittenNotice,
} from './write-notices.ts';
export type { TemplateName, TemplateValues } from './templates.ts';
export { readMailAddress, domainOfAddress } from './mail-address.ts';
export { readNoticeNumber } from './number.ts';
export type { Carrier, DkimKey, Mail, Sender } from './carrier.ts';
export { smtpCarrier, type SmtpServer } from './smtp-carrier.ts';
export { outboxCarrier } from './outbox-carrier.ts';
export { openOutbox, type Outbox, type OutboxNotice } from './read-outbox.ts';
export { openInbox, type Inbox, type InboxNotice } from './read-inbox.ts';
export {
  CUSTOMER_ANSWERS,
  keepCustomerRequests,
  openRequestDesk,
  readCustomerRequests,
  type CustomerAnswer,
  type CustomerRequest,
  type RequestDesk,
} from './customer-requests.ts';
export { findNoticeOwner, type NoticeOwner } from './find-owner.ts';
export { openSentRegister, type SentNotice, type SentRegister } from './read-sent.ts';
