import { setGiftShop, verifyGifts } from '../gifts/index.ts';
import { HOUSE_OPTIONS, NotDone, type Command, type Invocation } from './command.ts';
import { catalogueDesk, inHouse, issuerOf } from './open-house.ts';

/** What is set, and looked over, of gifts. */
export const GIFT_COMMANDS: readonly Command[] = [
  {
    words: 'gifts shop',
    summary: "Says which seller is the issuer's own shop: what it offers can be sent as a gift",
    options: {
      ...HOUSE_OPTIONS,
      seller: { value: 'KEY', describe: 'Which seller', isRequired: true },
    },
    run: setShop,
  },
  {
    words: 'gifts verify',
    summary: 'Holds every gift against the ledger and against the money that was taken for it',
    options: {},
    run: ({ environment, print }) =>
      inHouse(environment, async ({ database }) => {
        const { differences, underWay, notRefunded } = await verifyGifts(database);
        const rows = differences.map((difference) => ({ difference }));
        if (differences.length > 0) print.list('differences', rows, ['difference']);
        else print.thing({ ok: true });
        if (underWay > 0) print.note(`Of ${underWay} that are under way nothing is said`);
        if (notRefunded.length > 0) {
          print.note(`Not given back, for a person to settle: gift ${notRefunded.join(', ')}`);
        }
        if (differences.length > 0) throw new NotDone('Gifts, ledger and money do not agree');
      }),
  },
];

function setShop(invocation: Invocation): Promise<void> {
  const { environment, values, print } = invocation;
  return inHouse(environment, async (house) => {
    const { key: issuer, issuerId } = issuerOf(house, invocation);
    const seller = values.needed('seller');
    const set = await setGiftShop(catalogueDesk(house, { issuerId }), house.catalogue.current(), {
      issuer,
      seller,
    });
    if (!set.ok) throw new NotDone(`There is no seller "${seller}" of this issuer`);
    print.thing({ issuer, seller });
  });
}
