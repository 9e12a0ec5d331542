import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  output,
  type ProviderResource,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { isSecret } from "../../topology/program/secret";
import type { Declaration, Restored } from "../../topology/rollback/restored";
import { Provider } from "../native";

type Class = new (name: string, args: never, options?: CustomResourceOptions) => Resource;

/** Declares a former state with the classes of a front end; answers the stack's outputs. */
export function declareAll({ declarations, outputs }: Restored, classes: object): Record<string, unknown> {
  const made = new Map<string, Resource>();
  for (const declaration of declarations) made.set(declaration.urn, declare(declaration, classes, made));
  return allKnown(outputs);
}

function declare(declaration: Declaration, classes: object, made: ReadonlyMap<string, Resource>): Resource {
  const { kind, type, name, parent, inputs, outputs, dependsOn, comesFrom, provider, options } = declaration;
  const of = (urns: string[] = []) => urns.flatMap((urn) => made.get(urn) ?? []);
  const all = {
    ...options,
    dependsOn: of(dependsOn),
    ...(parent ? { parent: made.get(parent) } : {}),
    ...(provider ? { provider: made.get(provider) as ProviderResource } : {}),
  };
  if (kind === "component") return new Component(type, name, allKnown(outputs), all as ComponentResourceOptions);
  const values = Object.entries(allKnown(inputs)).map(([key, value]) => [key, comingFrom(of(comesFrom[key]), value)]);
  const args = Object.fromEntries(values) as never;
  if (kind === "provider") return new Provider(name, args, all as CustomResourceOptions);
  const Made = (classes as Record<string, Class | undefined>)[type];
  if (!Made) throw new Error(`this version of pulumi-harper has no ${type}`);
  return new Made(name, args, all as CustomResourceOptions);
}

/** A component of the program, of which only the place counts. */
class Component extends ComponentResource {
  constructor(type: string, name: string, outputs: Record<string, unknown>, options: ComponentResourceOptions) {
    super(type, name, {}, options);
    this.registerOutputs(outputs);
  }
}

/** The value, with the dependency that it had. */
const comingFrom = (sources: Resource[], value: unknown): Input<unknown> =>
  sources.length === 0 ? value : output(sources.map(({ urn }) => urn)).apply(() => value);

const allKnown = (properties: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, known(value)]));

/** What a state has of a value, as a program says it. */
function known(value: unknown): unknown {
  if (isSecret(value)) return secret(value.plaintext === undefined ? undefined : known(JSON.parse(value.plaintext)));
  if (Array.isArray(value)) return value.map(known);
  return typeof value === "object" && value !== null ? allKnown(value as Record<string, unknown>) : value;
}
