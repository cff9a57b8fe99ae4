import type { NewIncident } from '../../api/answers.ts';
import { instantTyped } from '../../formats.ts';
import type { AffectedTyped } from './components-field.tsx';

export function affectedSent(affected: readonly AffectedTyped[]): NewIncident['components'] {
  return affected.map(({ componentId, status, startedAt, recoveredAt }) => ({
    componentId,
    status,
    startedAt: instantTyped(startedAt),
    recoveredAt: recoveredAt === '' ? null : instantTyped(recoveredAt),
  }));
}
