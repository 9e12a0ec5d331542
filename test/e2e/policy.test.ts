import { cpSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, empty } from "../../scripts/demo/harper.mts";
import { run } from "../../scripts/demo/run.mts";
import { harper, openStack, programs, project } from "./stack";

/** A folder with a current `pulumi-language-nodejs`: the one that can be built from the Go proxy runs no policy packs. */
const host = process.env.PULUMI_HARPER_NODEJS_HOST;

describe.skipIf(host === undefined)(
  "the policy pack, where PULUMI_HARPER_NODEJS_HOST names a folder with a current pulumi-language-nodejs",
  () => {
    const pack = join(programs, "policy-pack");
    beforeAll(async () => {
      await empty(harper());
      await createTables(harper(), ["orders", "prices", "stock"]);
      cpSync(join(project, "examples", "policy-pack"), pack, { recursive: true });
      cpSync(join(project, "node_modules", "@pulumi", "policy"), join(programs, "node_modules", "@pulumi", "policy"), {
        recursive: true,
      });
    });
    afterAll(() => empty(harper()));

    test("says in a preview what the command would say, and refuses what is an error", async () => {
      const stack = await openStack("policy", "quickstart");
      const preview = () =>
        run("pulumi", ["preview", "--policy-pack", pack, "--non-interactive", "--color", "never"], {
          cwd: stack.folder,
          env: { PATH: `${host}${delimiter}${process.env.PATH}` },
        });
      const fine = await preview();
      expect(fine, fine.stdout + fine.stderr).toMatchObject({ code: 0 });
      expect(fine.stdout).toContain("unverified-tls");
      // Of a mesh that one member alone has edges to a node outside; the provider itself takes that.
      const peer = (name: "eu-1" | "ap-1") => `target: "us-1", peer: "${name}", hostname: "${harper()[name].address}"`;
      stack.write(`import { Node } from "pulumi-harper";
new Node("eu-1", { ${peer("eu-1")} });
new Node("ap-1", { ${peer("ap-1")}, subscriptions: [{ database: "shop", table: "orders" }] });
`);
      const wrong = await preview();
      expect(wrong.code).not.toBe(0);
      expect(wrong.stdout).toContain("mesh-neighbours");
    });
  },
);
