// Every resource in every way: what examples leave out. Recorded by record.mts, once for each version.
import { Node, Route, Subscription } from "pulumi-harper";

const authorization = { username: "admin", password: "canary" };
const [eu, ap] = ["eu.example", "ap.example"];

const explicit = new Node("explicit", {
  target: "us-1",
  url: `wss://${eu}:9933`,
  authorization,
  verifyTls: false,
  replicateByDefault: false,
  revokedCertificates: ["AB", "CD"],
  shard: 2,
});
new Node("inline", {
  target: "us-1",
  hostname: ap,
  peer: "ap-1",
  verifyTls: false,
  startTime: "2026-01-01T00:00:00Z",
  requireTables: true,
  activate: "reconnect",
  subscriptions: [
    { database: "shop", table: "prices", subscribe: false },
    { database: "shop", table: "orders" },
    { database: "shop", table: "stock", publish: false },
  ],
});
new Node("full", { target: "sa-1", hostname: "AF.example", authorization, verifyTls: false, adopt: "always" });

const edge = { target: "us-1", node: explicit.name, database: "shop" };
new Subscription("both", { ...edge, table: "orders" });
new Subscription("inward", { ...edge, table: "prices", publish: false, adopt: "always" });
new Subscription("outward", { ...edge, table: "stock", subscribe: false });
new Subscription("later", { ...edge, table: "returns", requireTables: false });

const first = new Route("by-hostname", { target: "eu-1", hostname: "us.example" });
new Route("by-port", { target: "eu-1", hostname: "us.example", port: 9944 }, { dependsOn: first });
new Route("by-url", { target: "ap-1", url: "wss://us.example:9933" });
