import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { functions } from "../../../provider/functions";
import { Instances } from "../../../provider/instances";
import { HarperError } from "../../../provider/operations-api";
import type { Context, Resource } from "../../../provider/resource";
import { resources } from "../../../provider/resources";
import { junk, propertiesOf } from "../../model/junk";
import { holds } from "../../model/runs";

/** What the instance answers next, whatever it is asked, but for its name. */
let answer: { status: number; body: unknown };
let server: Server;
const password = "mine-7c2e";
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

const row = propertiesOf(["name", "hostname", "url", "subscriptions", "shard"], { revoked_certificates: junk });
const body = fc.oneof(
  junk,
  fc.array(row, { maxLength: 4 }),
  fc.dictionary(
    fc.constantFrom("node_name", "connections", "replication", "message", "error", "version", "failed_nodes"),
    fc.oneof(
      junk,
      fc.array(row, { maxLength: 3 }),
      fc.constant("us-1"),
      fc.record({ routes: fc.oneof(junk, fc.array(row)) }, { noNullPrototype: true }),
    ),
    { noNullPrototype: true },
  ),
);
const answers = fc.record(
  { status: fc.constantFrom(200, 200, 200, 400, 401, 403, 404, 500), body },
  { noNullPrototype: true },
);

test("whatever an instance answers, it is understood or said not to be", { timeout: 120_000 }, () =>
  holds(
    "fuzz of answers",
    { runs: 1000, seconds: 40 },
    fc.asyncProperty(answers, async (given) => {
      answer = given;
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const settings = {
        instances: { us: { endpoint, username: "u", password } },
        unverified: "fail" as const,
      };
      const instances = new Instances(settings, { sleep: async () => {} });
      const context: Context = { instances, at: instances.at("us"), tell: () => {} };
      const { client } = context.at;
      const of = (resource: Resource, like: object) =>
        resource.observe({ instance: "us-1", ...like } as never, context);
      const { Node, Subscription, Route } = resources as unknown as Record<string, Resource>;
      const asked = [
        () => client.nodes(),
        () => client.nodeName(),
        () => client.version(),
        () => client.tables(),
        () => client.storedRoutes(),
        () => client.addNode({ hostname: "eu-1" }),
        () => client.removeNode("eu-1"),
        () => client.configureCluster([{ hostname: "eu-1" }]),
        () => of(Node as Resource, { hostname: "eu-1", name: "eu-1" }),
        () => of(Node as Resource, { url: "wss://eu-1:9933", subscriptions: [] }),
        () => of(Subscription as Resource, { node: "eu-1", database: "shop", table: "dog" }),
        () => of(Route as Resource, { url: "wss://eu-1:9933" }),
        ...Object.values(functions).map((definition) => () => definition.answer(context)),
      ];
      try {
        for (const ask of asked)
          await ask().catch((error: unknown) => {
            if (!(error instanceof HarperError)) throw error;
            expect(error.message).not.toContain(password);
          });
      } finally {
        await instances.close();
      }
    }),
  ),
);
