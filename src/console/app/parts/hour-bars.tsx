import { useLanguage } from '../language.tsx';

interface Hour {
  readonly at: string;
  readonly count: number;
}

/** Bars of what was sold hour by hour; the sums stand in words for those who do not see them. */
export function HourBars({
  title,
  hours,
}: {
  readonly title: string;
  readonly hours: readonly Hour[];
}) {
  const { t, count, hour } = useLanguage();
  const most = Math.max(1, ...hours.map((each) => each.count));
  const first = hours[0];
  const last = hours.at(-1);
  if (!first || !last) return null;
  const busiest = hours.reduce((one, other) => (other.count > one.count ? other : one));
  const told = t('bars.told', { most: count(busiest.count), at: hour(busiest.at).slice(0, 5) });
  return (
    <figure className="bars">
      <figcaption className="soft small">{title}</figcaption>
      <svg
        viewBox={`0 0 ${hours.length * 10} 48`}
        preserveAspectRatio="none"
        role="img"
        aria-label={told}
      >
        {hours.map((each, at) => {
          const height = each.count === 0 ? 0.5 : Math.max(2, (each.count / most) * 46);
          return <rect key={each.at} x={at * 10 + 1} y={48 - height} width={8} height={height} />;
        })}
      </svg>
      <div className="row apart soft small figure">
        <span>{hour(first.at).slice(0, 5)}</span>
        <span>{told}</span>
        <span>{hour(last.at).slice(0, 5)}</span>
      </div>
    </figure>
  );
}
