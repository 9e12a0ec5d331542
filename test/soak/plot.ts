import type { Figure, Sample } from "./verdict";

const [width, height, left, bottom] = [760, 150, 60, 30];
const panels: { title: string; lines: { figure: Figure; colour: string }[] }[] = [
  {
    title: "memory, MB",
    lines: [
      { figure: "rss", colour: "#0072b2" },
      { figure: "heap", colour: "#d55e00" },
    ],
  },
  {
    title: "handles",
    lines: [
      { figure: "files", colour: "#0072b2" },
      { figure: "sockets", colour: "#d55e00" },
      { figure: "connections", colour: "#009e73" },
    ],
  },
];

/** What the process held at rest over the minutes, as an SVG picture. */
export function plotted(samples: readonly Sample[]): string {
  const seconds = Math.max(1, samples.at(-1)?.seconds ?? 1);
  const drawn = panels.map((panel, index) => panelOf(panel, samples, seconds, index * (height + bottom)));
  const total = panels.length * (height + bottom) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="11">
<title>What the provider's process holds between commands</title>
<rect width="${width}" height="${total}" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

function panelOf({ title, lines }: (typeof panels)[number], samples: readonly Sample[], seconds: number, top: number) {
  const most = Math.max(1, ...lines.flatMap(({ figure }) => samples.map((sample) => sample[figure] ?? 0)));
  const x = (at: number) => (left + (at / seconds) * (width - left - 90)).toFixed(1);
  const y = (value: number) => (top + height - (value / most) * (height - 20)).toFixed(1);
  const drawn = lines.map(({ figure, colour }) => {
    const known = samples.flatMap(({ seconds: at, [figure]: value }) => (value === undefined ? [] : [{ at, value }]));
    const points = known.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ");
    const last = known.at(-1)?.value ?? 0;
    const label = `<text x="${width - 84}" y="${Number(y(last)) + 4}" fill="${colour}">${figure} ${last.toFixed(0)}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>${label}`;
  });
  const minutes = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = part * seconds;
    return `<text x="${x(at)}" y="${top + height + 14}" text-anchor="middle" fill="#555">${(at / 60).toFixed(0)} min</text>`;
  });
  const axis = `<path d="M${left} ${top + 20}V${top + height}H${width - 90}" fill="none" stroke="#999"/>`;
  const ends = `<text x="${left - 6}" y="${top + 24}" text-anchor="end" fill="#555">${most.toFixed(0)}</text><text x="${left - 6}" y="${top + height}" text-anchor="end" fill="#555">0</text>`;
  return [`<text x="${left}" y="${top + 12}">${title}</text>`, axis, ends, ...minutes, ...drawn].join("\n");
}
