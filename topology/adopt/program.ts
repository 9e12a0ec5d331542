import type { Adoption } from ".";
import { clusterName } from "./cluster";
import { Code, Identifiers, indent, isShort, literal } from "./literal";
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
  const comment = problem === undefined ? "" : `// To mend: ${problem}.\n`;
  const assigned = constant ? `const ${constant} = ` : "";
  const before = after.map((other) => new Code(constants.get(other) ?? ""));
  return `${comment}${assigned}${made(type, name, whole, before.length > 0 ? { dependsOn: before } : undefined, assigned)};`;
}

function made(type: string, name: string, args: object, options: object | undefined, before: string): string {
  const start = `new ${type}(${literal(name)}, `;
  const text = `${start}${literal(args, before + start)}`;
  if (!options) return `${text})`;
  const line = `${text}, ${literal(options)})`;
  if (!line.includes("\n") && isShort(before + line)) return line;
  const lines = [literal(name), literal(args, indent, indent), literal(options, indent, indent)];
  return `new ${type}(\n${lines.map((one) => `${indent}${one},\n`).join("")})`;
}
