import type { ContestResult } from './contest.ts';
import { summarize } from './summary.ts';

const width = 760;
const labelWidth = 130;
const barHeight = 18;
const gap = 6;
const headHeight = 34;
const figureWidth = 70;
/** Bars over so many times the floor's, and this project's, are cut off: the others could not be told apart. */
const cutAt = 4;

/** Bars of CPU as a multiple of the C floor, a group for each workload, as SVG. */
export function chart(contests: readonly ContestResult[]): string {
  let top = 0;
  const groups: string[] = [];
  for (const contest of contests) {
    const group = drawGroup(contest, top);
    groups.push(group.svg);
    top += group.height;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" font-family="sans-serif" font-size="12">
<title>CPU time of the server as a multiple of the C floor</title>
<rect width="${width}" height="${top}" fill="#fff"/>
${groups.join('\n')}
</svg>
`;
}

function drawGroup(contest: ContestResult, top: number): { svg: string; height: number } {
  const bars = summarize(contest).flatMap(({ candidate, timesFloor }) => {
    return timesFloor === undefined || candidate === 'bare-post'
      ? []
      : [{ candidate, times: timesFloor.median }];
  });
  bars.sort((a, b) => a.times - b.times);
  const ours = bars.find(({ candidate }) => candidate === 'status-sim')?.times ?? 1;
  const most = Math.max(1, ours) * cutAt;
  const longest = Math.max(...bars.map(({ times }) => Math.min(times, most)));
  const scale = (width - labelWidth - figureWidth) / longest;
  const rows = bars.map(({ candidate, times }, index) => {
    const y = top + headHeight + index * (barHeight + gap);
    const fill = candidate === 'status-sim' ? '#0a7d55' : '#b8c4ce';
    const length = (Math.min(times, most) * scale).toFixed(1);
    const dashes = times > most ? ' stroke="#fff" stroke-width="2" stroke-dasharray="4 12"' : '';
    return `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${candidate}</text>
<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" fill="${fill}"${dashes}/>
<text x="${labelWidth + Number(length) + 6}" y="${y + 13}">${times.toFixed(2)}</text>`;
  });
  const title = `<text x="8" y="${top + 22}" font-weight="bold">${contest.workload.title}: CPU of the server, × C floor</text>`;
  return { svg: [title, ...rows].join('\n'), height: headHeight + bars.length * (barHeight + gap) + gap };
}
