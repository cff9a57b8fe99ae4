import { useState } from 'react';
import type { SuspensionDetail } from '../../api/answers.ts';
import { useMay } from '../../api/session.ts';
import { useCancelOrders } from '../../api/suspensions.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice, RefusalNotice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';

/** What was asked for before the stop and not paid yet: it finishes by itself, or is ended here at once. */
export function OpenOrders({ suspension }: { readonly suspension: SuspensionDetail }) {
  const { t, count } = useLanguage();
  const mayThrow = useMay('suspensions:throw');
  const [isAsked, setAsked] = useState(false);
  const cancelled = useCancelOrders(String(suspension.suspensionId));
  const { openOrders, state } = suspension;
  const orders = count(openOrders.count);
  if (openOrders.count === 0 && cancelled.data === undefined) return null;
  const cancel = (): void => {
    setAsked(false);
    cancelled.mutate();
  };
  return (
    <Panel title={t('openOrders.title')} aside={<span className="figure">{orders}</span>}>
      <p className="soft">{t('openOrders.lead')}</p>
      <RefusalNotice error={cancelled.error} />
      {cancelled.data && (
        <Notice
          tone="good"
          title={t('openOrders.done', { orders: count(cancelled.data.cancelled) })}
        />
      )}
      {mayThrow && state === 'stopped' && openOrders.count > 0 && (
        <div className="row">
          <Button kind="quiet" isBusy={cancelled.isPending} onPress={() => setAsked(true)}>
            {t('openOrders.cancel')}
          </Button>
        </div>
      )}
      {isAsked && (
        <Dialog title={t('openOrders.sure', { orders })} onClose={() => setAsked(false)}>
          <p>{t('openOrders.what')}</p>
          <div className="row">
            <Button kind="stop" onPress={cancel}>
              {t('openOrders.cancel')}
            </Button>
            <Button kind="quiet" onPress={() => setAsked(false)}>
              {t('back')}
            </Button>
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
