import { type Connection, connectionSchema } from "../../provider/operations-api/index.js";
import { nameOf, typeOf } from "../../provider/urn.js";
import { readPlan, readState } from "../../topology/program/plan.js";
import { Failure } from "../failure.js";
import { pulumi } from "../pulumi.js";
import { importFileName } from "./folder.js";

/** One stack of the project in a folder. */
export interface Stack {
  folder: string;
  name: string;
}

/** The stack of that name, else the selected one, else `dev`; it is made where there is none. One with resources of ours is refused. */
export async function openStack(folder: string, wanted?: string): Promise<Stack> {
  const listed = JSON.parse(await pulumi("pulumi stack ls", ["stack", "ls", "--json"], { folder })) as Listed[];
  const name = wanted ?? listed.find(({ current }) => current)?.name ?? defaultStack;
  const stack = { folder, name };
  if (!listed.some((known) => isCalled(known, name))) {
    await pulumi("pulumi stack init", ["stack", "init"], at(stack));
    return stack;
  }
  const ours = readState(await pulumi("pulumi stack export", ["stack", "export"], at(stack)));
  if (ours.length > 0) {
    const names = ours.map(({ type, name: resource }) => `${type} "${resource}"`).sort();
    const list = names.length > shown ? [...names.slice(0, shown), `${names.length - shown} more`] : names;
    throw new Failure(`the stack ${name} has resources already (${list.join(", ")}): say --stack with another one`);
  }
  return stack;
}

export const defaultStack = "dev";

/** How many resources a message names. */
const shown = 5;

interface Listed {
  name: string;
  current?: boolean;
}

/** Some backends put the organisation and the project before the name. */
const isCalled = ({ name }: Listed, wanted: string) => name === wanted || name.split("/").at(-1) === wanted;

const at = ({ folder, name }: Stack) => ({ folder, stack: name });

/** A setting of the configuration. */
export interface Setting {
  path: string;
  value: string;
  isSecret: boolean;
}

/** The connections as settings, each at its path. */
export const settingsOf = (instances: Record<string, Connection>): Setting[] =>
  Object.entries(instances).flatMap(([name, connection]) =>
    Object.entries(connectionSchema.shape).flatMap(([key, field]) => {
      const value = connection[key as keyof Connection];
      if (value === undefined) return [];
      const isSecret = field.meta()?.secret === true;
      return { path: `harper:instances[${JSON.stringify(name)}].${key}`, value: String(value), isSecret };
    }),
  );

/** A secret is never an argument, which others on the machine could read. */
export async function configure(stack: Stack, settings: readonly Setting[]): Promise<void> {
  const plain = settings.filter(({ isSecret }) => !isSecret);
  const pairs = plain.flatMap(({ path, value }) => ["--plaintext", `${path}=${value}`]);
  if (pairs.length > 0) await pulumi("pulumi config", ["config", "set-all", "--path", ...pairs], at(stack));
  for (const { path, value } of settings.filter(({ isSecret }) => isSecret))
    await pulumi("pulumi config", ["config", "set", "--secret", "--path", path], { ...at(stack), input: value });
}

export const importArguments = [
  ...["import", "--file", importFileName],
  ...["--yes", "--skip-preview", "--protect=false", "--generate-code=false"],
];

export const runImport = (stack: Stack): Promise<string> => pulumi("pulumi import", importArguments, at(stack));

/** A resource that a preview would change. */
export interface Difference {
  name: string;
  text: string;
}

/** What the program would change: nothing, where it says what was imported. */
export async function differences(stack: Stack): Promise<Difference[]> {
  const text = await pulumi("pulumi preview", ["preview", "--json", "--show-sames"], at(stack));
  readPlan(text);
  const { steps = [] } = JSON.parse(text.slice(text.indexOf("{"))) as { steps?: Step[] };
  return steps
    .filter(({ op }) => !["same", "refresh", "read"].includes(op))
    .sort((one, other) => (one.urn < other.urn ? -1 : 1))
    .map(({ op, urn, diffReasons, detailedDiff }) => {
      const name = nameOf(urn);
      const fields = detailedDiff ? Object.keys(detailedDiff) : (diffReasons ?? []);
      return {
        name,
        text: `${op} ${typeOf(urn)} "${name}"${fields.length > 0 ? ` (${fields.join(", ")})` : ""}`,
      };
    });
}

interface Step {
  op: string;
  urn: string;
  diffReasons?: string[] | null;
  detailedDiff?: Record<string, unknown> | null;
}
