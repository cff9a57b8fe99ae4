/**
 * "Is this from you?": one answer about a message, a sender, a link or a number, and the reports of forgeries.
 *
 * **Invariant.** Only the registers say yes: what was sent, word for word, and the hosts that are really used.
 * A signature, the look of a name and a list are second opinions; however many there are, none is a proof.
 * **Invariant.** A stranger learns nothing of a notice: not to whom, when or about what it was, and not in
 * which of its words another text differs. Whoever has every word of it learns that it is ours.
 * **Invariant.** When and about what a notice was is told to its owner alone, signed in, and only as long.
 * **Invariant.** What is handed in is bounded, is not kept unless it is reported, and then sealed and erased.
 * **Invariant.** Nobody outside is asked unless a setting says so; the answer says what was not looked up.
 * Deliberately absent: opening a link, fetching a page, and a stop without a person: many reports only propose one.
 */
export {
  authenticateMail,
  loadMailLibrary,
  openResolver,
  type DnsResolver,
  type OwnKey,
} from './authenticate-mail.ts';
export { ASK_LIMITS, limitAsking } from './ask-limit.ts';
export {
  CHANNEL_KINDS,
  readChannelValue,
  readHost,
  type Channel,
  type ChannelKind,
  type Owner,
} from './channel.ts';
export {
  checkMessage,
  type Asker,
  type Checked,
  type CheckParts,
  type CheckRefusal,
  type MessageQuestion,
} from './check-message.ts';
export { OPINIONS, PROOFS, VERDICTS, type Reason, type Verdict } from './finding.ts';
export {
  bringInHosts,
  findHostLists,
  LIST_CHARACTERS_MAX,
  previewHosts,
  type HostList,
  type HostListPreview,
} from './host-lists.ts';
export {
  addKnownHosts,
  hostsOf,
  importKnownHosts,
  LIST_ROWS_MAX,
  readUrlList,
  type ListedHost,
  type ToldList,
} from './known-hosts.ts';
export { holdOwners, writeOwner, type OwnerHolder, type OwnerRefusal } from './owners.ts';
export {
  MAIL_LABELS,
  measureChecks,
  type Collection,
  type CollectedMail,
  type MailLabel,
  type Measured,
  type Rates,
} from './measure.ts';
export { MAIL_BYTES_MAX, TEXT_MAX } from './read-mail.ts';
export {
  closePhishingReport,
  CONTACT_MAX,
  decideStopProposal,
  erasePhishingReports,
  findPhishingReports,
  findReportPicture,
  findStopProposals,
  PROPOSAL_RULE,
  reportPhishing,
  type NewPhishingReport,
  type PhishingParts,
  type SeenMessage,
} from './report-phishing.ts';
export { checkWords, type CheckWords, type ToWord } from './words.ts';
