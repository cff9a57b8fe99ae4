import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ShownPhishingReport } from '../api/answers.ts';
import { phishingQuery } from '../api/phishing.ts';
import { useLanguage } from '../language.tsx';
import { Facts } from '../parts/page.tsx';
import { ReportCard, ReportQueue } from '../parts/report-queue.tsx';
import { ReportPicture } from './phishing-picture.tsx';
import { Proposals } from './stop-proposals.tsx';

/** Messages that customers hold for forged, and the stops that many of them propose. */
export function Phishing() {
  const asked = useSearch({ from: '/phishing' });
  const reports = useQuery(phishingQuery(asked));
  return (
    <ReportQueue of={reports} to="/phishing" asked={asked} above={<Above />}>
      {(report) => <Report key={report.number} report={report} />}
    </ReportQueue>
  );
}

function Above() {
  const { t } = useLanguage();
  return (
    <>
      <p>
        <Link to="/phishing/lists">{t('hostList.link')}</Link>
      </p>
      <Proposals />
    </>
  );
}

function Report({ report }: { readonly report: ShownPhishingReport }) {
  const { nameOf } = useLanguage();
  const { number, product, seller } = report;
  const named = [product, seller].filter((each) => each !== null).map(nameOf);
  return (
    <ReportCard
      report={report}
      heading={`${number} ${named.join(' / ')}`}
      closing={{ path: `/phishing-reports/${number}`, queryKey: 'phishing' }}
    >
      <Seen report={report} />
    </ReportCard>
  );
}

/** What the asker saw. A link is words here: it leads nowhere. */
function Seen({ report }: { readonly report: ShownPhishingReport }) {
  const { t, nameOf } = useLanguage();
  const { seen, verdict, reasonWords } = report;
  return (
    <>
      <Facts
        facts={[
          // Whoever reports the message of a gift has asked nothing, and was answered nothing.
          reasonWords.length > 0 && {
            name: t('phishing.told'),
            value: t(`phishing.verdict.${verdict}`),
          },
          seen?.sender != null && { name: t('phishing.sender'), value: seen.sender },
          seen?.subject != null && { name: t('phishing.subject'), value: seen.subject },
          seen !== null &&
            seen.links.length > 0 && {
              name: t('phishing.links'),
              value: <span className="mono">{seen.links.join(', ')}</span>,
            },
        ]}
      />
      {seen === null ? (
        <p className="soft">{t('phishing.erased')}</p>
      ) : (
        seen.text !== '' && <blockquote>{seen.text}</blockquote>
      )}
      {report.hasPicture && <ReportPicture number={report.number} />}
      <ul>
        {reasonWords.map((each) => (
          <li key={each.nameEn}>{nameOf(each)}</li>
        ))}
      </ul>
    </>
  );
}
