import { addressOf, type WireRoute } from "../../provider/operations-api";
import type { Difference, EdgeChange, MeshChange } from "../compare";
import type { Plan, PlannedChange } from "../program/plan";
import { type ProgramResource, textIn } from "../program/resource";

/** One line of a review. */
export interface ChangeLine {
  sign: "+" | "-" | "~";
  what: "instance" | "mesh" | "member" | "edge" | "route" | "setting";
  text: string;
}

/** All that changes, what goes first. */
export function linesOf({ members, meshes, edges }: Difference, plan: Plan): ChangeLine[] {
  return [
    ...members.removed.map((name): ChangeLine => ({ sign: "-", what: "instance", text: name })),
    ...members.added.map((name): ChangeLine => ({ sign: "+", what: "instance", text: name })),
    ...meshes.flatMap(meshLines),
    ...edges.map(edgeLine),
    ...plan.changes.flatMap(routeLine),
    ...plan.changes.flatMap(settingLine),
  ];
}

function meshLines({ mesh, joins, leaves }: MeshChange): ChangeLine[] {
  const isNew = leaves.length === 0 && joins.length === mesh.length;
  const isOver = joins.length === 0 && mesh.every((name) => leaves.includes(name));
  if (isNew || isOver)
    return [{ sign: isNew ? "+" : "-", what: "mesh", text: `${mesh.join(", ")}: everything, all with all` }];
  return [
    ...leaves.map((name): ChangeLine => ({ sign: "-", what: "member", text: `${name} leaves ${mesh.join(", ")}` })),
    ...joins.map((name): ChangeLine => {
      const others = mesh.filter((other) => !joins.includes(other));
      return { sign: "+", what: "member", text: `${name} joins ${others.join(", ")}: everything, all with all` };
    }),
  ];
}

function edgeLine({ one, other, table, before, after }: EdgeChange): ChangeLine {
  const text = `${one} ${after ?? before} ${other}: ${table}`;
  if (!before) return { sign: "+", what: "edge", text };
  return after ? { sign: "~", what: "edge", text: `${text} (was ${before})` } : { sign: "-", what: "edge", text };
}

function routeLine({ op, before, after }: PlannedChange): ChangeLine[] {
  if (op === "same") return [];
  const [old, now] = [dialledBy(before), dialledBy(after)];
  const line = (sign: "+" | "-", text: string): ChangeLine => ({ sign, what: "route", text });
  return [
    ...old.filter((text) => !now.includes(text)).map((text) => line("-", text)),
    ...now.filter((text) => !old.includes(text)).map((text) => line("+", text)),
  ];
}

/** `eu-1 dials wss://us-1:9933`, for each address of a Route or of Routes. */
function dialledBy(resource: ProgramResource | undefined): string[] {
  if (!resource) return [];
  const { type, inputs, outputs } = resource;
  const routes = type === "Route" ? [inputs] : type === "Routes" && Array.isArray(inputs.routes) ? inputs.routes : [];
  const target = textIn(inputs.target) ?? textIn(outputs?.instance) ?? "?";
  return (routes as WireRoute[]).map((route) => `${target} dials ${addressOf(route) ?? "?"}`);
}

/** What the graph does not show. */
const inGraph = new Set([
  "connections",
  "routes",
  "target",
  "peer",
  "hostname",
  "url",
  "subscriptions",
  "replicateByDefault",
  "node",
  "subscribe",
  "publish",
]);

function settingLine({ op, after, fields }: PlannedChange): ChangeLine[] {
  const others = fields.filter((field) => !inGraph.has(field));
  if (!after || (op !== "update" && op !== "replace") || others.length === 0) return [];
  return [{ sign: "~", what: "setting", text: `${after.type} "${after.name}": ${others.join(", ")}` }];
}
