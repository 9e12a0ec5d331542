import {
  type CustomResourceOptions,
  getProject,
  getStack,
  type Input,
  mergeOptions,
  output,
  type ResourceOptions,
  secret,
} from "@pulumi/pulumi";
import { type ProviderArgs, secretSettings } from "./types";

// The package by its own name, as its built files lie elsewhere than its sources.
export const { version } = require("pulumi-harper/package.json") as { version: string };

/** Options of every resource of the plugin: a stack that has the dynamic one of that name goes on with it. */
export function pluginOptions(type: string, name: string, options: ResourceOptions = {}): CustomResourceOptions {
  const former = `pulumi-nodejs:dynamic/harper:${type}`;
  // To make a URN of a type is a quarter of what a resource costs the program. Below a parent only Pulumi knows it whole.
  const alias = options.parent ? { type: former } : `urn:pulumi:${getStack()}::${getProject()}::${former}::${name}`;
  return mergeOptions({ version, aliases: [alias] }, options);
}

const secrets: ReadonlySet<string> = new Set(secretSettings);

/** A provider's arguments travel as text, with what is secret marked. */
export function asText(args: ProviderArgs): Record<string, unknown> {
  const texts = Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const text = typeof value === "string" ? value : jsonText(value);
      return [key, secrets.has(key) ? secret(text) : text];
    });
  return Object.fromEntries(texts);
}

/** Text stays as it is, and nothing stays nothing, whenever they come to be known. */
const jsonText = (value: unknown) =>
  output(value as Input<string | object | undefined>).apply((known) =>
    known === undefined || typeof known === "string" ? known : JSON.stringify(known),
  );
