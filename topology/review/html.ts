import { compare } from "../compare";
import type { Topology } from "../model";
import { marksOf } from "../show/marks";
import { escaped, svg } from "../show/svg";
import type { Review } from "./review";

const style = `
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: #1f2328; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; border-bottom: 1px solid #d1d9e0; }
ul { list-style: none; padding: 0; } li { padding: 2px 8px; margin: 2px 0; border-left: 4px solid #d1d9e0; }
.added { border-color: #1a7f37; background: #dafbe1; } .removed { border-color: #cf222e; background: #ffebe9; }
.changed, .warning { border-color: #9a6700; background: #fff8c5; } .error { border-color: #cf222e; background: #ffebe9; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid #d1d9e0; border-radius: 6px; } figcaption { padding: 4px 12px; font-weight: 600; }
svg { width: 100%; height: auto; } code { font-family: ui-monospace, monospace; }
`;

const signs = { "+": "added", "-": "removed", "~": "changed" } as const;

/** A review as one page that loads nothing. */
export function htmlOf({
  headline,
  changes,
  paths,
  arrivals,
  restarts,
  lasting = [],
  program,
  said,
  findings,
  before,
  after,
  hash,
}: Review): string {
  const marks = marksOf(compare(before, after));
  const layout: Topology = {
    members: { ...before.members, ...after.members },
    links: [...after.links, ...before.links],
  };
  const picture = (title: string, topology: Topology, marked: (typeof marks)["before"]) =>
    `<figure><figcaption>${title}</figcaption>\n${svg(topology, layout, marked, `${title}: ${headline}`)}\n</figure>`;
  const pictures = `<div class="pictures">\n${picture("Before", before, marks.before)}\n${picture("After", after, marks.after)}\n</div>`;
  const parts = [
    `<h1>Harper topology: ${escaped(headline)}</h1>`,
    pictures,
    section(
      "Changes",
      changes.map(({ sign, what, text }) => item(`${what} ${text}`, signs[sign])),
    ),
    section(
      "Who gets whose rows",
      paths.map(({ sign, text }) => item(text, signs[sign])),
    ),
    section(
      "Rows that are there already",
      arrivals.map(({ edge, text }) => item(`${edge}: ${text}.`)),
    ),
    section(
      "Restarts and interruptions",
      restarts.map((text) => item(text, "changed")),
    ),
    section(
      "What cannot be undone",
      lasting.map((text) => item(`${text}.`, "changed")),
    ),
    text("Change of the program", program?.source ?? []),
    text("Change of the configuration", program?.configuration ?? []),
    section(
      "What the provider says",
      said.map((text) => item(text, "warning")),
    ),
    section(
      "Checks",
      findings.map(({ level, rule, text, silenced }) =>
        item(
          `${rule}: ${text}${silenced === undefined ? "" : ` (silenced: ${silenced})`}`,
          silenced === undefined ? level : "",
        ),
      ),
    ),
    hash ? `<p>The live topology is <code>${hash}</code>.</p>` : "",
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Harper topology: ${escaped(headline)}</title>
<style>${style}</style>
${parts.filter(Boolean).join("\n")}
</html>
`;
}

const section = (title: string, items: string[]) =>
  items.length === 0 ? "" : `<h2>${title}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
const item = (text: string, kind = "") => `<li${kind && ` class="${kind}"`}>${escaped(text)}</li>`;
const text = (title: string, lines: string[]) =>
  lines.length === 0 ? "" : `<h2>${title}</h2>\n<pre>${escaped(lines.join("\n"))}</pre>`;
