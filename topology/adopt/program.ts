import type { Adoption } from ".";
import { clusterName } from "./cluster";
import { Code, Identifiers, literal } from "./literal";
import type { Adopted } from "./resources";

/** The program that declares it, for `pulumi-harper/native`. */
export function programText({ cluster, resources }: Adoption): string {
  const flat = cluster ? cluster.beside : resources;
  const used = ["Cluster", "Node", "Route", "Subscription"].filter(
    (type) => (type === "Cluster" && cluster) || flat.some((one) => one.type === type),
  );
  const constants = constantsIn(flat);
  const nodes = flat.filter(({ type }) => type !== "Route").map((one) => statement(one, constants));
  const routes = flat.filter(({ type }) => type === "Route").map((one) => statement(one, constants));
  const sections = [
    "// The cluster as `pulumi-harper import` found it.",
    ...(used.length > 0 ? [`import { ${used.join(", ")} } from "pulumi-harper/native";\n`] : ["export {};"]),
    ...(cluster ? [`new Cluster(${literal(clusterName)}, ${literal(cluster.args)});`] : []),
    ...nodes,
    ...(routes.length > 0 ? [`${nodes.length > 0 || cluster ? "\n" : ""}${routes.join("\n")}`] : []),
  ];
  return `${sections.join("\n")}\n`;
}

/** Constants for the Nodes that others name. */
function constantsIn(resources: readonly Adopted[]): Map<string, string> {
  const named = new Set(resources.flatMap(({ node, after }) => [...after, ...(node === undefined ? [] : [node])]));
  const identifiers = new Identifiers();
  return new Map([...named].map((name) => [name, identifiers.of(name, "Node")]));
}

function statement({ type, name, args, node, after, problem }: Adopted, constants: Map<string, string>): string {
  const { target, ...others } = args;
  const whole = { target, ...(node !== undefined && { node: new Code(`${constants.get(node)}.name`) }), ...others };
  const constant = constants.get(name);
  const before = after.map((other) => new Code(constants.get(other) ?? ""));
  const options = before.length > 0 ? `, ${literal({ dependsOn: before })}` : "";
  const comment = problem === undefined ? "" : `// To mend: ${problem}.\n`;
  const start = `${constant ? `const ${constant} = ` : ""}new ${type}(${literal(name)}, `;
  return `${comment}${start}${literal(whole, start)}${options});`;
}
