import { canBeName, initialsApart, leadsElsewhere } from '../kernel/leads-elsewhere.ts';
import { MESSAGE_MAX, NAME_MAX } from './bounds.ts';
import type { GiftWords } from './gift.ts';

/**
 * What a sender may write. A name stands in the mail that carries our name: what looks like an address on the web,
 * or a number to call, would make it a phisher's mail. Markup needs no rule: it is shown as the letters that it is.
 */
export function judgeWords(
  words: GiftWords,
  isAbusive: (text: string) => boolean,
): 'words_too_long' | 'name_not_allowed' | 'link_not_allowed' | 'words_not_allowed' | null {
  const { senderName, recipientName, message } = words;
  const areNames = canBeName(senderName) && canBeName(recipientName);
  if (senderName === '' || !areNames) return 'name_not_allowed';
  if (lengthOf(senderName) > NAME_MAX || lengthOf(recipientName) > NAME_MAX) {
    return 'words_too_long';
  }
  if (lengthOf(message) > MESSAGE_MAX) return 'words_too_long';
  if (leadsElsewhere(initialsApart(message))) return 'link_not_allowed'; // it stands on our page, never in a mail
  const all = [senderName, recipientName, message];
  return all.some(isAbusive) ? 'words_not_allowed' : null;
}

/** As people count them. */
function lengthOf(text: string): number {
  return [...new Intl.Segmenter('ja').segment(text)].length;
}
