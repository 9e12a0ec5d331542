import {
  ComponentResource,
  CustomResource,
  createUrn,
  type Output,
  output,
  type Resource,
  runtime,
} from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import * as sdk from "../../sdk/native";

beforeAll(() =>
  runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) },
    "shop",
    "prod",
  ),
);

type Constructor = new (name: string, args: object, options?: object) => CustomResource;
const isResource = (value: unknown): value is Constructor =>
  typeof value === "function" && value.prototype instanceof CustomResource && value !== sdk.Provider;
const classes = Object.entries(sdk as Record<string, unknown>).filter((entry): entry is [string, Constructor] =>
  isResource(entry[1]),
);

const known = <T>(value: Output<T>) => new Promise<T>((resolve) => void value.apply(resolve));
/** As Pulumi keeps them for the resources below. */
const aliasesOf = (resource: Resource) =>
  known(output((resource as unknown as { __aliases: Output<string>[] }).__aliases));

test.each(classes)("%s goes on with the dynamic resource of its name, below a parent, too", async (name, Class) => {
  const former = `pulumi-nodejs:dynamic/harper:${name}`;
  const parent = new ComponentResource("my:own:Site", "site");
  const mine = `urn:pulumi:prod::shop::harper:index:${name}::us`;
  const both = [
    { resource: new Class("eu", { target: "us-1" }), urn: createUrn("eu", former) },
    { resource: new Class("eu", { target: "us-1" }, { parent }), urn: createUrn("eu", former, parent) },
  ];
  for (const { resource, urn } of both) expect(await aliasesOf(resource)).toEqual([await known(urn)]);
  const renamed = new Class("eu", { target: "us-1" }, { aliases: [mine] });
  expect(await aliasesOf(renamed)).toContain(mine);
  await runtime.disconnect();
});
