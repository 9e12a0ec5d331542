import { escaped } from "./escaped.mts";
import { decades, place, spread } from "./scale.mts";

export interface Series {
  name: string;
  /** Which of the colours it has. */
  colour: number;
  points: [x: number, y: number][];
}

export interface Chart {
  title: string;
  x: string;
  unit: string;
  series: Series[];
}

const size = { width: 760, height: 420 };
const frame = { left: 64, right: 610, top: 52, bottom: 368 };

/** Told apart with any kind of sight (Okabe and Ito), each in a tone for light and one for dark pages. */
const colours = [
  ["#0072b2", "#56b4e9"],
  ["#009e73", "#2fd3a6"],
  ["#6e7781", "#9aa4ae"],
  ["#d55e00", "#ff9d57"],
  ["#b8860b", "#f0c44c"],
  ["#a04d83", "#e29ac7"],
  ["#444c56", "#c9d1d9"],
] as const;

const style = [
  "text{fill:#24292f}.axis{fill:#57606a}.grid{stroke:#d0d7de}",
  ...colours.map(([light], index) => `.c${index}{stroke:${light};fill:${light}}`),
  `@media (prefers-color-scheme:dark){text{fill:#e6edf3}.axis{fill:#9198a1}.grid{stroke:#3d444d}${colours.map(([, dark], index) => `.c${index}{stroke:${dark};fill:${dark}}`).join("")}}`,
  "text.label{stroke:none}",
].join("");

/** Lines with both axes logarithmic, each named at its end. */
export function chart({ title, x, unit, series }: Chart): string {
  const all = series.flatMap(({ points }) => points);
  const [across, up] = [decades(all.map(([one]) => one)), decades(all.map(([, one]) => one))];
  const atX = (value: number) => place(value, across, [frame.left, frame.right]);
  const atY = (value: number) => place(value, up, [frame.bottom, frame.top]);
  const ends = series.map(({ points }) => points.at(-1) as [number, number]);
  const labels = spread(
    ends.map(([, value]) => atY(value)),
    16,
  );
  const lines = series.map(({ name, colour, points }, index) => {
    const places = points.map(([one, other]) => `${round(atX(one))},${round(atY(other))}`);
    const dots = places.map((at) => `<circle cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" r="3"/>`).join("");
    const [endX, endY] = [round(atX(ends[index]?.[0] ?? 0)), round(atY(ends[index]?.[1] ?? 0))];
    const y = round(labels[index] ?? 0);
    const lead = `<path d="M${endX} ${endY}L${frame.right + 14} ${y}" stroke-width="1" stroke-dasharray="2 2" fill="none"/>`;
    const text = `<text class="label c${colour}" x="${frame.right + 18}" y="${y + 4}">${escaped(name)}</text>`;
    return `<g class="c${colour}" stroke-width="${colour === 0 ? 3 : 2}"><polyline points="${places.join(" ")}" fill="none"/>${dots}${lead}</g>${text}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<style>${style}</style>`,
    `<text x="${frame.left}" y="26" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...ticks(across).map((value) => vertical(value, round(atX(value)))),
    ...ticks(up).map((value) => horizontal(value, round(atY(value)), unit)),
    `<text class="axis" x="${(frame.left + frame.right) / 2}" y="${frame.bottom + 40}" text-anchor="middle">${escaped(x)}</text>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

const ticks = ([from, to]: readonly [number, number]) =>
  Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, index) => from * 10 ** index);

const vertical = (value: number, x: number) =>
  `<line class="grid" x1="${x}" x2="${x}" y1="${frame.top}" y2="${frame.bottom}"/><text class="axis" x="${x}" y="${frame.bottom + 20}" text-anchor="middle">${shown(value)}</text>`;

const horizontal = (value: number, y: number, unit: string) =>
  `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text class="axis" x="${frame.left - 8}" y="${y + 4}" text-anchor="end">${shown(value)}${unit && ` ${unit}`}</text>`;

const shown = (value: number) => Number(value.toPrecision(1)).toLocaleString("en");
const round = (value: number) => Math.round(value * 10) / 10;
