import { type Flow, tableOf, tablesIn } from "../model";
import { reachedFrom } from "../paths";
import type { Rule } from "./rule";

export const oneWayCycle: Rule = {
  name: "one-way-cycle",
  level: "error",
  looksAt: "graph",
  title: "A table goes round in a circle, one way, so that its instances lack rows of each other.",
  page: "Rows go one step: what arrives by an edge is not sent on. In a circle of one-way edges each instance therefore has its own rows and those of the one before it, and never the others'. Let the edges go both ways between all of them, or use full replication.",
  find({ declared }) {
    const flows = declared.links.flatMap((link) => link.flows);
    return tablesIn(declared).flatMap((table) => {
      const oneWay = flows.filter((flow) => tableOf(flow) === table && !flows.some((other) => isReverse(flow, other)));
      return circlesIn(oneWay).flatMap((circle) => {
        const lacking = circle.flatMap((name) => {
          const reached = reachedFrom(declared, name, table);
          return circle
            .filter((other) => other !== name && !reached.has(other))
            .map((other) => `${other} those of ${name}`);
        });
        if (lacking.length === 0) return [];
        const text = `${table} goes round ${circle.join(", ")} one way, and nothing is sent on: ${lacking.join(", ")} ${lacking.length > 1 ? "are" : "is"} missing`;
        return [{ at: table, text, urns: [] }];
      });
    });
  },
};

const isReverse = (one: Flow, other: Flow) =>
  one.from === other.to && one.to === other.from && tableOf(one) === tableOf(other);

/** Sets of three and more from each of which each other one is reached, step by step. */
function circlesIn(flows: Flow[]): string[][] {
  const next = Map.groupBy(flows, ({ from }) => from);
  const reach = (from: string): Set<string> => {
    const found = new Set<string>();
    const queue = [from];
    for (const one of queue)
      for (const { to } of next.get(one) ?? []) {
        if (found.has(to)) continue;
        found.add(to);
        queue.push(to);
      }
    return found;
  };
  const reached = new Map([...next.keys()].map((name) => [name, reach(name)]));
  const circles = [...reached].flatMap(([name, found]) =>
    found.has(name) ? [[...found].filter((other) => reached.get(other)?.has(name)).sort()] : [],
  );
  return [...new Map(circles.map((circle) => [circle.join("/"), circle])).values()];
}
