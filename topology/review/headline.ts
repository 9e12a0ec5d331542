import { type Difference, everyOther, type PathChange } from "../compare";
import type { ChangeLine } from "./lines";

/** At most so many losses are named; the others are counted. */
const named = 3;

/** In words: `adds 1 instance, removes 2 edges; shop.orders of us-1 no longer reaches eu-2`. */
export function headlineOf({ paths }: Difference, changes: ChangeLine[]): string {
  const verbs = { "+": "adds", "-": "removes", "~": "changes" } as const;
  const counted = (["+", "-", "~"] as const).flatMap((sign) => {
    const parts = (["instance", "mesh", "member", "edge", "route", "setting"] as const).flatMap((what) => {
      const { length } = changes.filter((line) => line.sign === sign && line.what === what);
      return length === 0 ? [] : [`${length} ${words[what][length === 1 ? 0 : 1]}`];
    });
    return parts.length > 0 ? [`${verbs[sign]} ${listed(parts)}`] : [];
  });
  const losses = paths.filter(({ lost }) => lost.length > 0);
  const grouped = Map.groupBy(losses, ({ table, lost, but }) => JSON.stringify([table, lost, but]));
  const sentences = [...grouped.values()].map((those) => {
    const [{ table, lost, but }] = those as [PathChange];
    const what = table === everyOther ? `everything${but.length > 0 ? ` but ${but.join(", ")}` : ""}` : table;
    return `${what} of ${those.map(({ from }) => from).join(", ")} no longer reaches ${lost.join(", ")}`;
  });
  const more = sentences.length > named ? `${sentences.length - named} more losses` : "";
  const lost = [...sentences.slice(0, named), more].filter(Boolean);
  return [counted.join(", ") || "nothing changes in the topology", ...lost].join("; ");
}

const words = {
  instance: ["instance", "instances"],
  mesh: ["mesh", "meshes"],
  member: ["member of a mesh", "members of a mesh"],
  edge: ["edge", "edges"],
  route: ["route", "routes"],
  setting: ["setting", "settings"],
} as const;

const listed = (parts: string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
