import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, createTables, empty } from "../../scripts/demo/harper.mts";
import { frontEnds, harper, openStack, state } from "./stack";

const { "us-1": us, "eu-1": eu } = harper();
/** Given in the program itself, as `authorization` and in an inline `target`. */
const inline = "inline-secret-word";
const words = [...new Set(Object.values(harper()).map(({ password }) => password)), inline];
const forms = words.flatMap((word) => [
  word,
  encodeURIComponent(word),
  ...["admin", "inline"].map((user) => Buffer.from(`${user}:${word}`).toString("base64")),
]);

beforeAll(async () => {
  await empty(harper());
  await createTables(harper(), ["orders"]);
  for (const instance of [us, eu]) {
    await ask(instance, { operation: "drop_user", username: "inline" }).catch(() => undefined);
    const user = { username: "inline", password: inline, role: "super_user", active: true };
    await ask(instance, { operation: "add_user", ...user });
  }
});
afterAll(() => empty(harper()));

/** Every file of the folder in which the forms occur. */
function filesWith(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .filter((file) => {
      const text = readFileSync(file, "latin1");
      return forms.some((form) => text.includes(form));
    });
}

const nowhere =
  "on the $name, passwords are in no state, no checkpoint, no output and no log, those on stderr included";
test.each(frontEnds)(nowhere, async ({ example, module }) => {
  const stack = await openStack(`secrets-${example}`, example);
  stack.write(`import { Node, Route, Subscription } from "${module}";
const target = { endpoint: "${us.endpoint}", username: "inline", password: "${inline}" };
const authorization = { username: "inline", password: "${inline}" };
const eu = new Node("eu", { target, hostname: "${eu.address}", verifyTls: false, subscriptions: [{ database: "shop", table: "orders" }], authorization });
new Route("eu-1-to-us-1", { target: "eu-1", hostname: "${us.address}" });
export const name = eu.name;
export const all = eu.target;
`);
  // Not with -v: with that, Pulumi itself traces what goes between its own processes, secrets included.
  const logs = ["--logtostderr"];
  const outcomes = [
    await stack.must("up", "--yes", "--skip-preview", "--diff", ...logs),
    await stack.must("preview", "--diff", "--refresh", "--expect-no-changes", ...logs),
    await stack.must("stack", "output", "--json"),
    await stack.must("stack", "export"),
    // Fails on both, so that errors are searched as well.
    await (async () => {
      stack.write(stack.read().replaceAll(`hostname: "${eu.address}"`, 'hostname: "no-such-host.invalid"'));
      return stack.up();
    })(),
    // Misspelt beside a secret: the engine prints the value of what is named as wrong.
    await (async () => {
      const program = stack.read();
      stack.write(
        program.replace("const target = {", "const target = { user: 1,").replace("const eu", "// @ts-ignore\nconst eu"),
      );
      const previewed = await stack.pulumi("preview");
      expect(previewed.code).not.toBe(0);
      stack.write(program);
      return previewed;
    })(),
    await stack.must("destroy", "--yes", "--skip-preview", ...logs),
  ];
  for (const { stdout, stderr } of outcomes)
    expect(forms.filter((form) => `${stdout}${stderr}`.includes(form))).toEqual([]);
  expect(["pulumi-home", "backend", "output"].flatMap((folder) => filesWith(join(state, folder)))).toEqual([]);
});
