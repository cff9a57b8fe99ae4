import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import {
  confirmProposal,
  dismissProposal,
  listProposals,
  openIncident,
  parseIncidentId,
  planMaintenance,
  updateIncident,
  type Affected,
  type IncidentChanged,
  type IncidentDesk,
  type IncidentHolder,
  type NewIncident,
  type ProposalRefusal,
} from '../incidents/index.ts';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Operator } from '../operators/index.ts';
import {
  dismissal,
  maintenanceEnd,
  newIncident,
  newMaintenance,
  newUpdate,
} from './incident-contract.ts';
import { componentOf, showIncidents } from './incident-answers.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import { readStaffNames } from './staff-names.ts';

export interface IncidentRouteParts {
  readonly incidents: IncidentHolder;
}

/** What the public is told: read by everybody of the staff, written by those who speak for the issuer. */
export function incidentRoutes({ incidents }: IncidentRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    const told = async <Value, Refusal extends string>(
      work: Promise<Result<Value, Refusal>>,
    ): Promise<Result<Value, Refusal>> => {
      const result = await work;
      if (result.ok) await incidents.refresh(parts.connection); // the page says it before the answer does
      return result;
    };
    const deskOf = (operator: Operator, sent: Sent, act: string): IncidentDesk => ({
      connection: parts.connection,
      issuerId: sent.issuer.issuerId,
      by: operator.actor,
      now: parts.clock.now(),
      record: (on, { incidentId, updateId }) =>
        sent.record(on, { act, subject: `inc_${incidentId}`, detail: { updateId } }),
    });

    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/incidents',
      permission: 'incidents:see',
      audit: null,
      act: async (_operator, { issuer, arrivedAt }) => {
        const { issuerId } = issuer;
        const [proposals, nameOf] = await Promise.all([
          listProposals(parts.connection, issuerId),
          readStaffNames(parts.connection),
        ]);
        const showing = { record: incidents.current(), nameOf, now: arrivedAt };
        return accepted(showIncidents(showing, proposals, issuerId));
      },
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/incidents',
      permission: 'incidents:edit',
      audit: 'act',
      body: newIncident,
      refusals: REFUSALS,
      act: (operator, sent) =>
        told(openIncident(deskOf(operator, sent, 'incident.open'), wantedOf(sent.body))),
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/incidents/:incident/updates',
      permission: 'incidents:edit',
      audit: 'act',
      body: newUpdate,
      refusals: REFUSALS,
      act: (operator, sent) => {
        const desk = deskOf(operator, sent, 'incident.update');
        return told(addUpdate(desk, sent.params['incident'] ?? '', sent.body));
      },
    });
    registerProposals(scope, parts, { told, deskOf });
    registerMaintenance(scope, parts, { told, deskOf });
  };
}

type Sent = Pick<ConsoleSent<z.ZodType, z.ZodType>, 'issuer' | 'record'>;

interface Doing {
  told<Value, Refusal extends string>(
    work: Promise<Result<Value, Refusal>>,
  ): Promise<Result<Value, Refusal>>;
  deskOf(operator: Operator, sent: Sent, act: string): IncidentDesk;
}

function registerProposals(scope: FastifyInstance, parts: ConsoleParts, doing: Doing): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/incident-proposals/:proposal/confirmation',
    permission: 'incidents:edit',
    audit: 'act',
    body: newIncident,
    refusals: REFUSALS,
    act: (operator, sent) => {
      const desk = doing.deskOf(operator, sent, 'incident.confirm');
      const proposalId = numberOf(sent.params['proposal']);
      return doing.told(confirmProposal(desk, proposalId, wantedOf(sent.body)));
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/incident-proposals/:proposal/dismissal',
    permission: 'incidents:edit',
    audit: 'act',
    body: dismissal,
    refusals: REFUSALS,
    act: (operator, sent) => {
      const { connection, issuerId, by, now } = doing.deskOf(operator, sent, 'incident.dismiss');
      const desk = { connection, issuerId, by, now }; // the frame writes its row of the trail
      return dismissProposal(desk, numberOf(sent.params['proposal']), sent.body.reason);
    },
  });
}

function registerMaintenance(scope: FastifyInstance, parts: ConsoleParts, doing: Doing): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/maintenances',
    permission: 'incidents:edit',
    audit: 'act',
    body: newMaintenance,
    refusals: REFUSALS,
    act: (operator, sent) => {
      const { body } = sent;
      return doing.told(
        planMaintenance(doing.deskOf(operator, sent, 'maintenance.plan'), {
          titleJa: body.titleJa,
          titleEn: body.titleEn,
          bodyJa: body.textJa,
          bodyEn: body.textEn,
          startsAt: Date.parse(body.startsAt),
          endsAt: Date.parse(body.endsAt),
          components: body.componentIds.map(componentOf),
        }),
      );
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/maintenances/:incident/end',
    permission: 'incidents:edit',
    audit: 'act',
    body: maintenanceEnd,
    refusals: REFUSALS,
    act: (operator, sent) => {
      const { state, textJa, textEn } = sent.body;
      const update = { textJa, textEn, state, corrects: null, components: [], nextLookAt: null };
      const desk = doing.deskOf(operator, sent, 'maintenance.end');
      return doing.told(addUpdate(desk, sent.params['incident'] ?? '', update));
    },
  });
}

async function addUpdate(
  desk: IncidentDesk,
  incident: string,
  update: Omit<z.output<typeof newUpdate>, 'state'> & { readonly state: NewIncident['state'] },
): Promise<Result<IncidentChanged, ProposalRefusal>> {
  const incidentId = parseIncidentId(incident) ?? numberOf(incident);
  if (incidentId === 0) return refused('incident_not_found');
  return updateIncident(desk, incidentId, {
    state: update.state,
    bodyJa: update.textJa,
    bodyEn: update.textEn,
    correctsId: update.corrects,
    affected: update.components.map(affectedOf),
    nextLookAt: instantOf(update.nextLookAt),
  });
}

function wantedOf(body: z.output<typeof newIncident>): NewIncident {
  const { titleJa, titleEn, state, textJa, textEn, components, nextLookAt } = body;
  return {
    titleJa,
    titleEn,
    state,
    bodyJa: textJa,
    bodyEn: textEn,
    affected: components.map(affectedOf),
    nextLookAt: instantOf(nextLookAt),
  };
}

function affectedOf(sent: z.output<typeof newUpdate>['components'][number]): Affected {
  return {
    ...componentOf(sent.componentId),
    status: sent.status === 'degraded' ? 'degraded_performance' : sent.status,
    startedAt: Date.parse(sent.startedAt),
    recoveredAt: instantOf(sent.recoveredAt),
  };
}

function instantOf(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text);
}

/** 0 for what is no id: nothing has it. */
function numberOf(text: string | undefined): number {
  return text !== undefined && /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : 0;
}

const REFUSALS: Readonly<Record<ProposalRefusal, RefusalText>> = {
  incident_not_found: refusal(
    404,
    ['There is no such incident', 'この障害は見つかりません'],
    ['Load the list again.', '一覧を読み込み直してください。'],
  ),
  state_not_possible: refusal(
    422,
    ['This state is not possible here', 'この状態にはできません'],
    [
      'An incident and a maintenance have states of their own, and what is over for good does not begin again.',
      '障害とメンテナンスでは選べる状態が異なります。終わったメンテナンスは再開できません。',
    ],
  ),
  component_not_found: refusal(
    422,
    ['A component is not there', '対象が見つかりません'],
    [
      'Load the list again and choose what is affected once more.',
      '一覧を読み込み直し、影響のあるところを選び直してください。',
    ],
  ),
  component_twice: refusal(
    422,
    ['A component is named twice', '同じ対象が2回選ばれています'],
    ['Name each once, with its own times.', 'それぞれ1回だけ選んでください。'],
  ),
  times_not_possible: refusal(
    422,
    ['These times are not possible', '時刻が正しくありません'],
    [
      'An outage began in the past and recovers after it began; maintenance begins in the future and ends later.',
      '障害の発生は過去、回復は発生より後にしてください。メンテナンスの開始は未来、終了はその後にしてください。',
    ],
  ),
  update_not_found: refusal(
    422,
    ['The update to be corrected is not there', '訂正する記事が見つかりません'],
    ['Load the incident again.', '障害を読み込み直してください。'],
  ),
  already_corrected: refusal(
    409,
    ['This update was corrected already', 'すでに訂正されています'],
    ['Correct the correction instead.', '訂正した記事のほうを訂正してください。'],
  ),
  proposal_not_open: refusal(
    409,
    ['This proposal is not open any more', 'この提案はすでに処理されています'],
    [
      'Somebody has confirmed or dismissed it. Load the list again.',
      'ほかの担当者が確認または却下しました。一覧を読み込み直してください。',
    ],
  ),
};
