import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import type { OfferState } from './api/answers.ts';
import type { WhichApprovals } from './api/approvals.ts';
import type { OffersAsked } from './api/offers.ts';
import type { Which } from './api/suspensions.ts';
import { Account } from './pages/account.tsx';
import { ApprovalDetail } from './pages/approvals/detail.tsx';
import { Approvals } from './pages/approvals/list.tsx';
import { Audit, type AuditAsked } from './pages/audit.tsx';
import type { CasesAsked } from './api/cases.ts';
import { CaseDetail } from './pages/cases/detail.tsx';
import { Cases } from './pages/cases/list.tsx';
import { CardSearch } from './pages/cards/search.tsx';
import { CardPage } from './pages/cards/story.tsx';
import { IncidentDetail } from './pages/incidents/detail.tsx';
import { IncidentEditor } from './pages/incidents/editor.tsx';
import { Incidents } from './pages/incidents/list.tsx';
import { Maintenance } from './pages/incidents/maintenance.tsx';
import { NotHere, PageBroke } from './pages/not-here.tsx';
import { OfferPage } from './pages/offers/detail.tsx';
import { Offers, OFFER_STATES } from './pages/offers/list.tsx';
import { OfferChangePage } from './pages/offers/change.tsx';
import { ImportFile } from './pages/offers/import.tsx';
import { NewOffer } from './pages/offers/new.tsx';
import { Operators } from './pages/operators/list.tsx';
import { NewOperator } from './pages/operators/new.tsx';
import { OperatorPage } from './pages/operators/person.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { Members } from './pages/members/find.tsx';
import { HostListPage } from './pages/host-lists.tsx';
import { Phishing } from './pages/phishing.tsx';
import { Reports } from './pages/reports.tsx';
import type { SaleAsked } from './api/sale.ts';
import { SaleThingPage } from './pages/sale/detail.tsx';
import { ChangeSaleThing, NewSaleThing } from './pages/sale/edit.tsx';
import { SaleListPage } from './pages/sale/list.tsx';
import { NewSystem, SystemPage } from './pages/systems/edit.tsx';
import { Systems } from './pages/systems/list.tsx';
import type { QueueAsked } from './parts/report-queue.tsx';
import { SwitchChange } from './pages/switch/change.tsx';
import { Compose } from './pages/switch/compose.tsx';
import { SwitchDetail } from './pages/switch/detail.tsx';
import { SwitchList } from './pages/switch/list.tsx';
import { SwitchWording } from './pages/switch/wording.tsx';
import { Shell } from './shell.tsx';

/** What stands behind the `?` of an address: from outside, so each word is looked at before it is used. */
type Words = Readonly<Record<string, unknown>>;

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere });
const at = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path }) as const;

const overview = createRoute({ ...at('/'), component: OverviewPage });
const switchList = createRoute({
  ...at('/switch'),
  component: SwitchList,
  validateSearch: (words: Words): { which: Which; page: number } => ({
    which: words['which'] === 'past' ? 'past' : 'open',
    page: wholeOf(words['page']) ?? 1,
  }),
});
const compose = createRoute({
  ...at('/switch/new'),
  component: Compose,
  validateSearch: (
    words: Words,
  ): { productId?: number; sellerId?: number; tenderId?: number; chainId?: number } =>
    definedOf({
      productId: wholeOf(words['productId']),
      sellerId: wholeOf(words['sellerId']),
      tenderId: wholeOf(words['tenderId']),
      chainId: wholeOf(words['chainId']),
    }),
});
const switchDetail = createRoute({
  ...at('/switch/$suspensionId'),
  component: SwitchDetail,
  validateSearch: (words: Words): { thrown?: boolean } =>
    words['thrown'] === true ? { thrown: true } : {},
});
const switchChange = createRoute({
  ...at('/switch/$suspensionId/change'),
  component: SwitchChange,
});
const switchWording = createRoute({
  ...at('/switch/$suspensionId/wording'),
  component: SwitchWording,
});
const incidents = createRoute({ ...at('/incidents'), component: Incidents });
const incidentEditor = createRoute({
  ...at('/incidents/new'),
  component: IncidentEditor,
  validateSearch: (words: Words): { proposal?: number } =>
    definedOf({ proposal: wholeOf(words['proposal']) }),
});
const maintenance = createRoute({ ...at('/incidents/maintenance'), component: Maintenance });
const incidentDetail = createRoute({ ...at('/incidents/$incidentId'), component: IncidentDetail });
const systems = createRoute({ ...at('/incidents/systems'), component: Systems });
const newSystem = createRoute({ ...at('/incidents/systems/new'), component: NewSystem });
const systemPage = createRoute({ ...at('/incidents/systems/$key'), component: SystemPage });
const cards = createRoute({ ...at('/cards'), component: CardSearch });
const card = createRoute({ ...at('/cards/$instrumentId'), component: CardPage });
const offers = createRoute({
  ...at('/offers'),
  component: Offers,
  validateSearch: (words: Words): OffersAsked => ({
    productId: wholeOf(words['productId']),
    sellerId: wholeOf(words['sellerId']),
    tenderId: wholeOf(words['tenderId']),
    state: OFFER_STATES.find((state): state is OfferState => state === words['state']),
    page: wholeOf(words['page']) ?? 1,
  }),
});
const offer = createRoute({ ...at('/offers/$offerId'), component: OfferPage });
const importFile = createRoute({ ...at('/offers/import'), component: ImportFile });
const newOffer = createRoute({ ...at('/offers/new'), component: NewOffer });
const offerChange = createRoute({ ...at('/offers/$offerId/change'), component: OfferChangePage });
const saleList = createRoute({
  ...at('/offers/parts/$kind'),
  component: SaleListPage,
  validateSearch: (words: Words): SaleAsked => ({
    page: wholeOf(words['page']) ?? 1,
    ...definedOf({ find: textOf(words['find']), seller: wholeOf(words['seller']) }),
  }),
});
const newSaleThing = createRoute({
  ...at('/offers/parts/$kind/new'),
  component: NewSaleThing,
  validateSearch: (words: Words): { seller?: number } =>
    definedOf({ seller: wholeOf(words['seller']) }),
});
const saleThing = createRoute({ ...at('/offers/parts/$kind/$id'), component: SaleThingPage });
const saleThingChange = createRoute({
  ...at('/offers/parts/$kind/$id/change'),
  component: ChangeSaleThing,
});
const approvals = createRoute({
  ...at('/approvals'),
  component: Approvals,
  validateSearch: (words: Words): { which: WhichApprovals; before?: string } => ({
    which: words['which'] === 'all' || words['which'] === 'unreviewed' ? words['which'] : 'open',
    ...definedOf({ before: textOf(words['before']) }),
  }),
});
const approval = createRoute({ ...at('/approvals/$approvalId'), component: ApprovalDetail });
const reports = createRoute({
  ...at('/reports'),
  component: Reports,
  validateSearch: (words: Words): QueueAsked => ({
    which: words['which'] === 'all' ? 'all' : 'open',
    ...definedOf({ before: textOf(words['before']) }),
  }),
});
const memberCases = createRoute({
  ...at('/cases'),
  component: Cases,
  validateSearch: (words: Words): CasesAsked => ({
    which: words['which'] === 'all' ? 'all' : 'open',
    ...definedOf({ before: textOf(words['before']) }),
  }),
});
const memberCase = createRoute({ ...at('/cases/$number'), component: CaseDetail });
const phishing = createRoute({
  ...at('/phishing'),
  component: Phishing,
  validateSearch: (words: Words): QueueAsked => ({
    which: words['which'] === 'all' ? 'all' : 'open',
    ...definedOf({ before: textOf(words['before']) }),
  }),
});
const members = createRoute({ ...at('/members'), component: Members });
const hostLists = createRoute({ ...at('/phishing/lists'), component: HostListPage });
const audit = createRoute({
  ...at('/audit'),
  component: Audit,
  validateSearch: (words: Words): AuditAsked =>
    definedOf({
      actor: textOf(words['actor']),
      subject: textOf(words['subject']),
      kind: words['kind'] === 'act' || words['kind'] === 'look' ? words['kind'] : undefined,
      before: textOf(words['before']),
    }),
});
const operators = createRoute({ ...at('/operators'), component: Operators });
const newOperator = createRoute({ ...at('/operators/new'), component: NewOperator });
const operatorPage = createRoute({ ...at('/operators/$operatorId'), component: OperatorPage });
const account = createRoute({ ...at('/account'), component: Account });

export const router = createRouter({
  basepath: '/console',
  defaultErrorComponent: PageBroke,
  routeTree: root.addChildren([
    overview,
    switchList,
    compose,
    switchDetail,
    switchChange,
    switchWording,
    incidents,
    incidentEditor,
    maintenance,
    incidentDetail,
    systems,
    newSystem,
    systemPage,
    cards,
    card,
    offers,
    offer,
    newOffer,
    importFile,
    offerChange,
    saleList,
    newSaleThing,
    saleThing,
    saleThingChange,
    approvals,
    approval,
    audit,
    reports,
    phishing,
    hostLists,
    memberCases,
    memberCase,
    members,
    operators,
    newOperator,
    operatorPage,
    account,
  ]),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function wholeOf(word: unknown): number | undefined {
  return typeof word === 'number' && Number.isSafeInteger(word) && word > 0 ? word : undefined;
}

function textOf(word: unknown): string | undefined {
  const text = typeof word === 'number' ? String(word) : word;
  return typeof text === 'string' && text !== '' ? text.slice(0, 200) : undefined;
}

function definedOf<Found extends object>(
  found: Found,
): { [Key in keyof Found]?: NonNullable<Found[Key]> } {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Found]?: NonNullable<Found[Key]>;
  };
}
