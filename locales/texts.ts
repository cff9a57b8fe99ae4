/** What people read, in both languages: one file for each part of it. A new part is named here. */
import enSite from './en/site.json' with { type: 'json' };
import enPlanner from './en/planner.json' with { type: 'json' };
import enStatus from './en/status.json' with { type: 'json' };
import enWhy from './en/why.json' with { type: 'json' };
import enChecks from './en/checks.json' with { type: 'json' };
import enAccount from './en/account.json' with { type: 'json' };
import enNotices from './en/notices.json' with { type: 'json' };
import enSwitch from './en/switch.json' with { type: 'json' };
import enGifts from './en/gifts.json' with { type: 'json' };
import enGiftPages from './en/gift-pages.json' with { type: 'json' };
import enWallet from './en/wallet.json' with { type: 'json' };
import enCases from './en/cases.json' with { type: 'json' };
import jaSite from './ja/site.json' with { type: 'json' };
import jaPlanner from './ja/planner.json' with { type: 'json' };
import jaStatus from './ja/status.json' with { type: 'json' };
import jaWhy from './ja/why.json' with { type: 'json' };
import jaChecks from './ja/checks.json' with { type: 'json' };
import jaAccount from './ja/account.json' with { type: 'json' };
import jaNotices from './ja/notices.json' with { type: 'json' };
import jaSwitch from './ja/switch.json' with { type: 'json' };
import jaGifts from './ja/gifts.json' with { type: 'json' };
import jaGiftPages from './ja/gift-pages.json' with { type: 'json' };
import jaWallet from './ja/wallet.json' with { type: 'json' };
import jaCases from './ja/cases.json' with { type: 'json' };

export const en = {
  ...enSite,
  ...enPlanner,
  ...enStatus,
  ...enWhy,
  ...enChecks,
  ...enAccount,
  ...enNotices,
  ...enSwitch,
  ...enGifts,
  ...enGiftPages,
  ...enWallet,
  ...enCases,
};

export const ja = {
  ...jaSite,
  ...jaPlanner,
  ...jaStatus,
  ...jaWhy,
  ...jaChecks,
  ...jaAccount,
  ...jaNotices,
  ...jaSwitch,
  ...jaGifts,
  ...jaGiftPages,
  ...jaWallet,
  ...jaCases,
};
