import type { RawResource } from "../../topology/program/resource";

/**
 * Resources as a plan has them, written short: `us>eu` an explicit Node, `us>eu full` one that replicates everything,
 * `us>eu orders ->` a Subscription at us that publishes, `us>eu route` a Route at us to eu.
 */
export function program(...lines: string[]): RawResource[] {
  return lines.map((line) => {
    const [pair = "", word, way] = line.split(" ");
    const [target = "", peer = ""] = pair.split(">");
    const host = `${peer}.example`;
    if (word === "route")
      return raw(
        "Route",
        pair,
        `${target}.example/${addressOf(host)}`,
        { target, url: addressOf(host) },
        { address: addressOf(host) },
      );
    if (!word || word === "full")
      return raw(
        "Node",
        pair,
        `${target}.example/${host}`,
        { target, peer, hostname: host, replicateByDefault: word === "full" },
        { name: host },
      );
    const ways = { publish: way !== "<-", subscribe: way !== "->" };
    const id = `${target}.example/${host}/shop/${word}`;
    return raw("Subscription", `${pair}/${word}`, id, { target, node: host, database: "shop", table: word, ...ways });
  });
}

const addressOf = (host: string) => `wss://${host}:9933`;

function raw(
  type: string,
  name: string,
  id: string,
  inputs: Record<string, unknown>,
  outputs: object = {},
): RawResource {
  const instance = `${inputs.target}.example`;
  return {
    urn: `urn:pulumi:dev::shop::harper:index:${type}::${name}`,
    type: `harper:index:${type}`,
    id,
    inputs,
    outputs: { ...inputs, ...outputs, instance },
  };
}

/** One that has no short form. */
export const resource = (type: string, name: string, inputs: Record<string, unknown>): RawResource =>
  raw(type, name, `${inputs.target}.example/${name}`, inputs);

/** What `pulumi preview --json --show-sames` prints of a stack that has these, and of a program that declares those. */
export function preview(before: RawResource[], after: RawResource[], diagnostics: object[] = []): string {
  const [old, now] = [before, after].map((all) => new Map(all.map((one) => [one.urn, one])));
  const steps = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].map((urn) => {
    const [oldState, planned] = [old?.get(urn), now?.get(urn)];
    const op = !oldState
      ? "create"
      : !planned
        ? "delete"
        : JSON.stringify(oldState.inputs) === JSON.stringify(planned.inputs)
          ? "same"
          : "update";
    // What is only planned has neither an id nor what its instance reports.
    const newState = planned && !oldState ? { urn, type: planned.type, inputs: planned.inputs } : planned;
    return { op, urn, ...(oldState ? { oldState } : {}), ...(newState ? { newState } : {}) };
  });
  return JSON.stringify({ steps, diagnostics });
}
