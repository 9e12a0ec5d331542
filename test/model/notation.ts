import type { Edge } from "../../provider/operations-api";
import { type Join, type Member, nothing, pairs, type Topology } from "./topology";

const members = /^(us|eu|ap) joins (us|eu|ap) (full|inline|explicit)(?: \((.*)\))?$/;
const arrows = { "<->": [true, true], "<-": [true, false], "->": [false, true] } as const;

/** A topology from the words in which a failed run prints it: `us joins eu explicit (shop.dog <->); route us wss://…`. */
export function topologyOf(text: string): Topology {
  const topology: Topology = { joins: {}, routes: [], recalled: { ...nothing.recalled } };
  for (const part of text === "nothing" ? [] : text.split("; ")) {
    const [, own, other, way, details] = members.exec(part) ?? [];
    const [, at, address, times] = /^route (us|eu|ap) (\S+)(?: \(renamed (\d+)\))?$/.exec(part) ?? [];
    const [, member, count] = /^(us|eu|ap) is \1-(\d+)$/.exec(part) ?? [];
    const pair = pairs.find((one) => own && other && one.includes(own) && one.includes(other));
    if (pair) topology.joins[pair] = joinOf(way as Join["way"], !pair.startsWith(own as string), details);
    else if (at && address) topology.routes.push({ at: at as Member, address, renamed: Number(times ?? 0) });
    else if (member) topology.recalled[member as Member] = Number(count);
    else throw new Error(`"${part}" is no part of a topology`);
  }
  return topology;
}

function joinOf(way: Join["way"], atSecond: boolean, details = ""): Join {
  const join: Join = {
    way,
    atSecond,
    edges: [],
    spelling: "hostname",
    credentials: "authorization",
    revoked: [],
    renamed: 0,
  };
  for (const detail of details.split(", ").filter(Boolean)) {
    const [, database, table, arrow] = /^(\w+)\.(\w+) (<->|<-|->)$/.exec(detail) ?? [];
    const [, word, value] = /^(by|revoked|renamed) (\S+)$/.exec(detail) ?? [];
    if (database && table) {
      const [subscribe, publish] = arrows[arrow as keyof typeof arrows];
      join.edges.push({ database, table, subscribe, publish } satisfies Edge);
    } else if (word === "revoked") join.revoked = (value ?? "").split(",");
    else if (word === "renamed") join.renamed = Number(value);
    else if (value === "peer") join.credentials = value;
    else if (value === "capitals" || value === "url") join.spelling = value;
    else throw new Error(`"${detail}" is no detail of a join`);
  }
  return join;
}
