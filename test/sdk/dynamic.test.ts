import { CustomResource, runtime } from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { resources } from "../../provider/resources";
import * as sdk from "../../sdk";

const made: Array<{ type: string; inputs: Record<string, unknown> }> = [];
beforeAll(() =>
  runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        made.push({ type, inputs });
        return { id: name, state: inputs };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
  ),
);

type Constructor = new (name: string, args: object) => CustomResource;
const isResource = (value: unknown): value is Constructor =>
  typeof value === "function" && value.prototype instanceof CustomResource;
const classes = Object.entries(sdk as Record<string, unknown>).filter((entry): entry is [string, Constructor] =>
  isResource(entry[1]),
);

test("there is a class for each resource", () => {
  expect(classes.map(([name]) => name).sort()).toEqual(Object.keys(resources).sort());
});

test.each(classes)("%s says whose provider answers for it, and which resource it is", async (name, Class) => {
  made.length = 0;
  new Class("eu", { target: "us-1" });
  await runtime.disconnect();
  const [resource] = made;
  expect(resource?.type).toBe(`pulumi-nodejs:dynamic/harper:${name}`);
  expect(resource?.inputs).toMatchObject({
    target: "us-1",
    __origin: `urn:pulumi:prod::shop::harper:index:${name}::eu`,
  });
  // As Pulumi's host makes a provider of it.
  const asked: string[] = [];
  const exports: { handler?: () => unknown } = {};
  new Function("exports", "require", String(resource?.inputs.__provider))(exports, (path: string) => asked.push(path));
  exports.handler?.();
  const [, file] = /^pulumi-harper\/dynamic\/(.+)\.js$/.exec(asked[0] ?? "") ?? [];
  const { default: provider } = await import(`../../provider/dynamic/${file}.ts`);
  expect(Object.keys(provider)).toEqual(
    expect.arrayContaining(["check", "diff", "create", "read", "update", "delete"]),
  );
});
