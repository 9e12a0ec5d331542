import {
  type CustomResourceOptions,
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
export function pluginOptions(name: string | undefined, options: ResourceOptions = {}): CustomResourceOptions {
  const aliases = name ? [{ type: `pulumi-nodejs:dynamic/harper:${name}` }] : [];
  return mergeOptions({ version, aliases }, options);
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
