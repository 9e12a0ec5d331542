import { typesOf } from "../../provider/urn";
import type { Plan, PlannedChange } from "../program/plan";
import type { ProgramResource } from "../program/resource";
import { holdsSecret } from "../program/secret";

type Configuration = Record<string, string>;

/** What a program has to say otherwise, as a unified diff: `-` is what it declares, `+` what it is to declare. */
export function sourceChange(plan: Plan, names: { before: string; after: string }): string[] {
  const lines = plan.changes.flatMap(linesOf);
  return lines.length === 0 ? [] : [`--- ${names.before}`, `+++ ${names.after}`, ...lines];
}

/** The configuration that differs, as commands. Connections are not among it: those are of today. */
export function configurationChange(before: Configuration, after: Configuration): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => !key.startsWith("harper:") && before[key] !== after[key])
    .map((key) => {
      const value = after[key];
      return value === undefined ? `pulumi config rm ${key}` : `pulumi config set ${key} ${quoted(value)}`;
    });
}

function linesOf({ op, before, after, fields }: PlannedChange): string[] {
  if (op === "same") return [];
  if (before && after)
    return [
      `  ${titleOf(after)}`,
      ...fields.flatMap((field) => [...property("-", before, field), ...property("+", after, field)]),
    ];
  const [sign, resource] = after ? (["+", after] as const) : (["-", before as ProgramResource] as const);
  const all = Object.keys(resource.inputs).sort();
  return [`${sign} ${titleOf(resource)}`, ...all.flatMap((field) => property(sign, resource, field))];
}

function property(sign: "+" | "-", { inputs }: ProgramResource, field: string): string[] {
  const value = inputs[field];
  if (value === undefined) return [];
  return [`${sign}   ${field}: ${holdsSecret(value) ? "[secret]" : JSON.stringify(value)}`];
}

const titleOf = ({ type, name, urn }: ProgramResource) => `${type} "${name}"${within(urn)}`;

/** What it is declared in: `harper:index:Cluster$harper:index:Node` → ` in a Cluster`. */
function within(urn: string): string {
  const parents = typesOf(urn)
    .slice(0, -1)
    .map((type) => type.split(":").at(-1));
  return parents.length === 0 ? "" : ` in a ${parents.join(" in a ")}`;
}

/** For a POSIX shell. */
const quoted = (value: string) => (/^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
