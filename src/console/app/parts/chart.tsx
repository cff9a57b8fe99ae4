import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options } from 'uplot';
import { DESK_ZONE } from '../formats.ts';

export interface Line {
  readonly name: string;
  readonly colour: 'accent' | 'good' | 'wait' | 'bad'; // of the look's colours
  readonly dash?: readonly number[]; // a line is told by its pattern too, not by its colour alone
  readonly values: readonly (number | null)[];
}

/** Lines over time. What it shows stands beside it in numbers: the picture is for the eye alone. */
export function Chart(props: {
  readonly label: string;
  readonly seconds: readonly number[]; // since 1970
  readonly lines: readonly Line[];
}) {
  const { label, seconds, lines } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const names = lines.map(({ name }) => name).join('\n');
  const shown = useRef<Given>({ seconds, lines }); // for a picture that is made anew

  useEffect(() => {
    const here = box.current;
    if (!here) return;
    const make = (): void => {
      plot.current?.destroy();
      plot.current = new UPlot(optionsOf(here, shown.current.lines), dataOf(shown.current), here);
    };
    make();
    const size = new ResizeObserver(() => plot.current?.setSize(sizeOf(here)));
    size.observe(here);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', make);
    return () => {
      size.disconnect();
      dark.removeEventListener('change', make);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names]);

  useEffect(() => {
    shown.current = { seconds, lines };
    plot.current?.setData(dataOf({ seconds, lines }));
  }, [seconds, lines]);

  return (
    <figure className="bars">
      <div className="chart" ref={box} role="img" aria-label={label} />
      <Names lines={lines} />
    </figure>
  );
}

function Names({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul className="chart-names">
      {lines.map(({ name, colour, dash }) => (
        <li key={name}>
          <svg width="32" height="8" aria-hidden="true" className={`stroke-${colour}`}>
            <path d="M0 4h32" strokeDasharray={dash?.join(' ')} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

interface Given {
  readonly seconds: readonly number[];
  readonly lines: readonly Line[];
}

function dataOf({ seconds, lines }: Given): AlignedData {
  return [[...seconds], ...lines.map(({ values }) => [...values])];
}

const HEIGHT = 240;

function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: Math.max(240, box.clientWidth), height: HEIGHT };
}

function optionsOf(box: HTMLElement, lines: readonly Line[]): Options {
  const look = getComputedStyle(document.documentElement);
  const colour = (name: string): string => look.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '14px "BIZ UDPGothic", sans-serif',
  };
  return {
    ...sizeOf(box),
    tzDate: (at) => UPlot.tzDate(new Date(at * 1_000), DESK_ZONE),
    fmtDate: () => (date) =>
      `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`,
    axes: [axis, { ...axis, size: 56 }],
    legend: { show: false }, // our own stands below, with the patterns
    cursor: { y: false },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(5, most * 1.1)] } },
    series: [
      {},
      ...lines.map(({ name, colour: named, dash }) => ({
        label: name,
        stroke: colour(`--${named}`),
        width: 2,
        ...(dash && { dash: [...dash] }),
        points: { show: false },
      })),
    ],
  };
}
