/** What the console's API answers and takes, as types of its contracts: nothing of zod comes into the browser. */
import type { z } from 'zod';
import type * as approval from '../../approval-contract.ts';
import type * as audit from '../../audit-contract.ts';
import type * as card from '../../card-contract.ts';
import type * as memberCase from '../../case-contract.ts';
import type * as catalogue from '../../catalogue-contract.ts';
import type * as death from '../../death-contract.ts';
import type * as hostList from '../../host-list-contract.ts';
import type * as imported from '../../import-contract.ts';
import type * as incident from '../../incident-contract.ts';
import type * as offer from '../../offer-contract.ts';
import type * as operator from '../../operator-contract.ts';
import type * as overview from '../../overview-contract.ts';
import type * as phishing from '../../phishing-contract.ts';
import type * as report from '../../report-contract.ts';
import type * as sale from '../../sale-contract.ts';
import type * as session from '../../session-contract.ts';
import type * as system from '../../system-contract.ts';
import type * as systemSent from '../../../incidents/contract.ts';
import type * as suspension from '../../suspension-contract.ts';

export type SessionAnswer = z.output<typeof session.sessionAnswer>;
export type Permission = SessionAnswer['operator']['permissions'][number];
export type SignInAnswer = z.output<typeof session.signInAnswer>;
export type SecondFactorBegun = z.output<typeof session.secondFactorBegun>;

export type ShownApproval = z.output<typeof approval.shownApproval>;
export type ApprovalList = z.output<typeof approval.approvalList>;

export type AuditList = z.output<typeof audit.auditList>;
export type AuditLine = AuditList['rows'][number];

export type OperatorList = z.output<typeof operator.operatorList>;
export type ShownOperator = OperatorList['operators'][number];
export type NewOperatorForm = z.input<typeof operator.operatorForm>;
export type AskedAnswer = z.output<typeof operator.askedAnswer>;

export type CatalogueNames = z.output<typeof catalogue.catalogueNames>;
export type OfferState = z.output<typeof catalogue.offerState>;
export type OfferList = z.output<typeof catalogue.offerList>;
export type ShownOffer = z.output<typeof catalogue.shownOffer>;
export type NewOfferForm = z.input<typeof offer.offerWanted>;
export type OfferChange = z.input<typeof offer.offerChanged>;
export type OfferHistory = z.output<typeof offer.offerHistory>;
export type OfferDetail = z.output<typeof catalogue.offerDetail>;

export type SystemList = z.output<typeof system.systemList>;
export type ShownSystem = SystemList['systems'][number];
export type SystemChange = z.input<typeof systemSent.systemChange>;

export type SaleThing = z.output<typeof sale.saleThing>;
export type SaleList = z.output<typeof sale.saleList>;
export type SaleHistory = z.output<typeof sale.saleHistory>;

export type ImportReport = z.output<typeof imported.importReport>;

export type IncidentList = z.output<typeof incident.incidentList>;
export type ShownIncident = z.output<typeof incident.shownIncident>;
export type ShownProposal = z.output<typeof incident.shownProposal>;
export type IncidentState = z.output<typeof incident.incidentState>;
export type NewIncident = z.input<typeof incident.newIncident>;
export type NewUpdate = z.input<typeof incident.newUpdate>;
export type MaintenanceEnd = z.input<typeof incident.maintenanceEnd>;
export type NewMaintenance = z.input<typeof incident.newMaintenance>;

export type PhishingList = z.output<typeof phishing.phishingAnswer>;
export type ShownPhishingReport = PhishingList['reports'][number];
export type ReportPicture = z.output<typeof phishing.pictureAnswer>;
export type HostLists = z.output<typeof hostList.hostListsAnswer>;
export type HostListReport = z.output<typeof hostList.hostListReport>;
export type ProposalList = z.output<typeof phishing.proposalAnswer>;
export type ShownStopProposal = ProposalList['proposals'][number];

export type ReportList = z.output<typeof report.reportsAnswer>;
export type ShownReport = ReportList['reports'][number];

export type CaseList = z.output<typeof memberCase.casesAnswer>;
export type CaseLine = CaseList['cases'][number];
export type CaseDetail = z.output<typeof memberCase.caseAnswer>;
export type FoundMember = z.output<typeof memberCase.memberAnswer>;
export type OpenedCase = z.output<typeof memberCase.openedCase>;
export type AskedForTwo = z.output<typeof memberCase.askedForTwo>;
export type ShownDeath = z.output<typeof death.deathAnswer>;
export type DecidedMember = z.output<typeof death.decidedMember>;

export type Overview = z.output<typeof overview.overview>;

export type SuspensionScope = z.input<typeof suspension.suspensionScope>;
export type NewSuspension = z.input<typeof suspension.newSuspension>;
export type SuspensionPreview = z.output<typeof suspension.suspensionPreview>;
export type SuspensionList = z.output<typeof suspension.suspensionList>;
export type ShownSuspension = z.output<typeof suspension.shownSuspension>;
export type SuspensionDetail = z.output<typeof suspension.suspensionDetail>;
export type SuspensionChange = z.input<typeof suspension.suspensionChange>;
export type SuspensionWording = z.input<typeof suspension.suspensionWording>;
export type AskedApproval = z.output<typeof suspension.askedApproval>;
export type CancelledOrders = z.output<typeof suspension.cancelledOrders>;
export type ThrownSuspension = z.output<typeof suspension.thrownSuspension>;
export type BuyerConditions = z.output<typeof suspension.buyerConditions>;

export type CardSearch = z.output<typeof card.cardSearchAnswer>;
export type FoundCard = z.output<typeof card.foundCard>;
export type CardStory = z.output<typeof card.cardStory>;
