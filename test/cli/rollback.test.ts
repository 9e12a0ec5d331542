import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ciphertext, plugin, stack } from "../topology/states";
import { password } from "./harness";
import { useProject } from "./project";

const node = (inputs: object = {}) =>
  plugin("Node", "eu", { target: "us", hostname: "eu.example", replicateByDefault: false, ...inputs });
const edge = (table: string) =>
  plugin("Subscription", table, { target: "us", node: "eu.example", database: "shop", table });
const entry = (version: number, more: object = {}) => ({
  version,
  kind: "update",
  result: "succeeded",
  startTime: `2026-01-0${version}`,
  ...more,
});
const deployment = (...resources: object[]) => JSON.stringify({ deployment: { resources: [stack(), ...resources] } });

const { pulumiAnswers, run, at } = useProject();

const cloud = {
  whoami: JSON.stringify({ url: "https://app.pulumi.com/me" }),
  "stack history": JSON.stringify([entry(4), entry(3), entry(2, { result: "failed" })]),
  "stack export": deployment(node(), edge("prices")),
  "stack export --version 2": deployment(node()),
  "stack export --version 3": deployment(node(), edge("orders")),
  "stack export --version 4": deployment(node(), edge("prices")),
};

describe("history", () => {
  test("of Pulumi Cloud, the newest first", async () => {
    pulumiAnswers(cloud);
    const { code, stdout } = await run("history");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^N +WHEN +WHAT +RESULT +COMMIT +TOPOLOGY\n4 +2026-01-04 +update +succeeded +- +adds 1 edge, removes 1 edge; .*\n3 +\S+ +update +succeeded +- +adds 1 edge\n2 +\S+ +update +failed +- +adds 2 instances\n$/,
    );
  });

  test("of the last ones only, compared with the one before", async () => {
    const { "stack export --version 2": _, ...others } = cloud;
    pulumiAnswers(others);
    const { stdout, stderr } = await run("history", "--last", "1", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ number: 4, headline: expect.stringMatching(/^adds 1 edge, removes/) }]);
    expect(stderr).toBe("2 older updates: --last 3\n");
    expect(await run("history", "--last", "no")).toMatchObject({ code: 2 });
  });

  test("of files, compressed ones, too; what changed nothing is listed with --all", async () => {
    const checkpoints = join(at.folder, "state", ".pulumi", "history", "shop", "dev");
    mkdirSync(checkpoints, { recursive: true });
    const text = (...resources: object[]) => JSON.stringify({ checkpoint: { latest: { resources } } });
    writeFileSync(join(checkpoints, "dev-1.checkpoint.json"), text(node()));
    writeFileSync(join(checkpoints, "dev-1.history.json"), "{}");
    writeFileSync(join(checkpoints, "dev-2.checkpoint.json.gz"), gzipSync(text(node(), edge("orders"))));
    writeFileSync(join(checkpoints, "dev-3.checkpoint.json"), text(node(), edge("orders")));
    pulumiAnswers({
      whoami: JSON.stringify({ url: "file://./state" }),
      "stack --show-name": "dev\n",
      "stack history": JSON.stringify([entry(0), entry(0), entry(0)]),
    });
    const numbers = async (...flags: string[]) =>
      (JSON.parse((await run("history", "--json", ...flags)).stdout) as { number: number }[]).map((one) => one.number);
    expect(await numbers()).toEqual([2, 1]);
    expect(await numbers("--all")).toEqual([3, 2, 1]);
  });

  test.each(["s3://bucket", "gs://bucket", "azblob://container"])("of %s there is none", async (url) => {
    pulumiAnswers({ whoami: JSON.stringify({ url }) });
    const { code, stderr } = await run("history");
    expect(code).toBe(1);
    expect(stderr).toContain(`the stack is kept at ${url.split(":")[0]}: former states are read of`);
  });
});

describe("rollback", () => {
  const instances = (...names: string[]) => {
    const objectValue = Object.fromEntries(
      names.map((name) => [name, { endpoint: "http://127.0.0.1:9", username: "admin", password }]),
    );
    return { config: JSON.stringify({ "harper:instances": { objectValue, secret: true } }) };
  };

  test.each([
    ["is not there", "9", "there is no such update"],
    ["failed", "2", 'that update is "failed"'],
  ])("to an update that %s", async (_what, to, words) => {
    pulumiAnswers(cloud);
    expect(await run("rollback", "--to", to)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });

  test("names a missing credential, and runs neither a preview nor an up", async () => {
    const former = deployment(node({ authorization: ciphertext }));
    const today = deployment();
    pulumiAnswers({ ...cloud, ...instances("ap"), "stack export --version 3": former, "stack export --show": today });
    const { code, stderr } = await run("rollback", "--to", "3", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain(`pulumi-harper: update 3 cannot be put back, and nothing was done:
  a missing credential: Node "eu" had a secret authorization, which cannot be decrypted any more
  a missing credential: Node "eu" is on us, which is not in harper:instances
`);
    expect(stderr).not.toContain("no answer to");
    expect(stderr).not.toContain(password);
  });
});
