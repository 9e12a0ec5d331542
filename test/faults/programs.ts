import type { Harper } from "../../scripts/demo/harper.mts";

/** One resource of a program, as data: the small engine takes it as it is, the real one as TypeScript. */
export interface Declared {
  type: "Node" | "Subscription" | "Route";
  name: string;
  inputs: Record<string, unknown>;
}

/** In the order in which they are made; each depends on those before it. */
export type Program = readonly Declared[];
export type Programs = ReturnType<typeof programsOf>;

const edge = (table: string, subscribe = true, publish = true) => ({ database: "shop", table, subscribe, publish });

/** Everything that is declared in this folder: `us-1` and its peer `eu-1`, in every way. */
export function programsOf(harper: Harper) {
  const { address } = harper["eu-1"];
  const node = (more: object): Declared => ({
    type: "Node",
    name: "eu",
    inputs: { target: "us-1", peer: "eu-1", hostname: address, verifyTls: false, ...more },
  });
  const subscription = (...entry: Parameters<typeof edge>): Declared => ({
    type: "Subscription",
    name: entry[0],
    inputs: { target: "us-1", node: address, ...edge(...entry) },
  });
  const route = (port: number): Declared => ({
    type: "Route",
    name: "route",
    inputs: { target: "us-1", url: `wss://${address}:${port}` },
  });
  const explicit = node({ replicateByDefault: false });
  return {
    nothing: [],
    full: [node({})],
    inline: [node({ subscriptions: [edge("dog")] })],
    inlineTwo: [node({ subscriptions: [edge("dog"), edge("cat", true, false)] })],
    explicit: [explicit],
    edge: [explicit, subscription("dog")],
    edgeChanged: [explicit, subscription("dog", true, false)],
    route: [route(9933)],
    otherRoute: [route(9944)],
  } satisfies Record<string, Program>;
}

/** The same as a program for Pulumi. `from` is the module of a front end. */
export function sourceOf(program: Program, from: string): string {
  const lines = program.map(({ type, name, inputs }, index) => {
    const before = program.slice(0, index).map((_, other) => `r${other}`);
    return `const r${index} = new ${type}(${JSON.stringify(name)}, ${JSON.stringify(inputs)}, { dependsOn: [${before.join(", ")}] });`;
  });
  return `import { Node, Route, Subscription } from "${from}";\n${lines.join("\n")}\n`;
}
