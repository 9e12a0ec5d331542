// What is measured: how many edges, on how many instances, and whatever else a case asks for.

export interface Case {
  name: string;
  edges: number;
  instances: number;
  /** Of ours only: all edges of an instance in its Node, not as resources of their own. */
  inline?: boolean;
  /** Of Pulumi's engine. */
  parallel?: number;
  /** The state is saved at the end only; saved after each resource, the engine's own time would be that of the square. */
  skipCheckpoints?: boolean;
  /** Those that take part; all where it is left out. */
  contenders?: readonly string[];
}

/** An instance, the one it joins, and the tables that go both ways between them. */
export interface Member {
  name: string;
  hub: string;
  tables: string[];
}

const ours = ["plugin", "dynamic"];
const count = (number: number, of: string) => `${number.toLocaleString("en")} ${of}${number === 1 ? "" : "s"}`;
const titled = (edges: number, instances: number) => `${count(edges, "edge")}, ${count(instances, "instance")}`;

const matrix: Case[] = [10, 100, 1_000].flatMap((edges) =>
  [1, 10, 100].map((instances) => ({ name: titled(edges, instances), edges, instances })),
);

export const cases: Case[] = [
  ...matrix,
  { name: titled(30, 10), edges: 30, instances: 10 },
  { name: titled(300, 1), edges: 300, instances: 1 },
  { name: `${titled(300, 1)}, --parallel 512`, edges: 300, instances: 1, parallel: 512, contenders: ours },
  { name: `${titled(300, 1)}, inline in the Node`, edges: 300, instances: 1, inline: true, contenders: ours },
  {
    name: titled(10_000, 1_000),
    edges: 10_000,
    instances: 1_000,
    skipCheckpoints: true,
    contenders: [...ours, "engine alone"],
  },
];

/** Ten instances join one hub: a hub of all would be asked more the more there are, whoever asks. */
const membersOfHub = 10;

/** Every instance is joined. Edges are dealt out in turn, so of 10 on 100 instances the first ten have one each. */
export function membersOf({ edges, instances }: Pick<Case, "edges" | "instances">): Member[] {
  return Array.from({ length: instances }, (_, index) => ({
    name: `i${index + 1}`,
    hub: `h${Math.floor(index / membersOfHub) + 1}`,
    tables: Array.from({ length: Math.ceil((edges - index) / instances) }, (_, table) => `t${table + 1}`),
  }));
}
