import { type Flow, type Topology, tableOf } from "../model";

/** One line of a picture: tables that go the same way between the same two. */
export interface Arrow {
  one: string;
  other: string;
  way: "-->" | "<-->";
  label: string;
  key: string;
}

/** Which line of the picture something is on: `us-1/eu-1 shop.orders`. */
export const linkKey = (one: string, other: string, table: string): string =>
  `${[one, other].sort().join("/")} ${table}`;

/** `isApart`: tables that are drawn as lines of their own, by their keys, as they are marked. */
export function arrowsOf({ links }: Topology, isApart: (key: string) => boolean = () => false): Arrow[] {
  return links
    .filter(({ full }) => !full)
    .flatMap(({ between: [one, other], flows }) => {
      const of = (way: (flow: Flow) => boolean) => new Set(flows.filter(way).map(tableOf));
      const [out, back] = [of(({ from }) => from === one), of(({ from }) => from === other)];
      return [
        ...lines(one, other, "<-->", out.intersection(back), isApart),
        ...lines(one, other, "-->", out.difference(back), isApart),
        ...lines(other, one, "-->", back.difference(out), isApart),
      ];
    });
}

function lines(
  from: string,
  to: string,
  way: Arrow["way"],
  tables: Set<string>,
  isApart: (key: string) => boolean,
): Arrow[] {
  const keyOf = (table: string) => linkKey(from, to, table);
  const all = [...tables].sort();
  const [apart, together] = [
    all.filter((table) => isApart(keyOf(table))),
    all.filter((table) => !isApart(keyOf(table))),
  ];
  return [together, apart]
    .filter((those) => those.length > 0)
    .map((those) => ({ one: from, other: to, way, label: those.join(", "), key: keyOf(those[0] as string) }));
}
