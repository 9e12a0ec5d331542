import { withoutUndefined } from "../check";
import { soleInstance } from "../config";
import type { Instance, Instances } from "../instances";
import { cannotTell, HarperError } from "../operations-api";
import type { Context, Resource, State } from "../resource";

/** Every way to write an id of a resource, with what it stands for. */
export const idForms = ({ idForms: forms }: Pick<Resource, "idForms">): [form: string, meaning: string][] =>
  Object.entries(forms).map(([rest, meaning]) => [`INSTANCE/${rest}`, meaning]);

/** What an id names, with everything of it declared; undefined where it is absent. Throws `invalid` where it is no id. */
export async function find(
  resource: Resource,
  id: string,
  instances: Instances,
  contextOf: (at: Instance) => Context,
): Promise<State | undefined> {
  if (idForms(resource).length === 0)
    throw wrong(resource, id, "there is nothing on an instance to import", "Declare it: it is made by waiting.");
  const slash = id.indexOf("/");
  const like = slash > 0 ? resource.fromId(id.slice(slash + 1)) : undefined;
  if (!like) {
    const forms = idForms(resource).map(([form, meaning]) => `${form} (${meaning})`);
    throw wrong(
      resource,
      id,
      `it is not written as ${forms.join(", or ")}`,
      "INSTANCE is the name that an instance reports of itself, or its name in harper:instances.",
    );
  }
  const at = await instanceOf(resource, id, id.slice(0, slash), instances);
  const context = contextOf(at);
  const target = at.name === soleInstance ? {} : { target: at.name };
  const whole = { ...((await resource.declareAll?.(like, context)) ?? like), ...target };
  const found = await resource.observe(whole as State, context);
  return found && withoutUndefined(found);
}

/** The instance that reports the name, or that is called so in the configuration. */
async function instanceOf(resource: Resource, id: string, name: string, instances: Instances): Promise<Instance> {
  const reporting = await instances.reporting(name);
  if (reporting) return reporting;
  const asked = instances.names.map((known) => instances.at(known));
  const answers = await Promise.allSettled(asked.map(({ client }) => client.nodeName()));
  const reported = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : undefined));
  const found = asked[reported.indexOf(name)] ?? asked.find((one, index) => one.name === name && reported[index]);
  if (found) return found;
  const failed = answers.find((answer) => answer.status === "rejected" && cannotTell(answer.reason));
  if (failed?.status === "rejected") throw failed.reason;
  const known =
    asked.map((one, index) => `"${one.name}" reports "${reported[index]}"`).join(", ") || "none is configured";
  throw wrong(
    resource,
    id,
    `no instance in harper:instances reports "${name}" of itself (${known})`,
    "Configure it first.",
  );
}

const wrong = ({ name }: Resource, id: string, problem: string, advice: string) =>
  new HarperError("invalid", { operation: `import ${name} ${id}`, instance: "pulumi-harper", problem, advice });
