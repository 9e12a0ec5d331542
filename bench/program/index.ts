import { Config } from "@pulumi/pulumi";
import { Node, Subscription } from "pulumi-harper";

const config = new Config("bench");
const hostname = "eu-1";
const edges = config.requireObject<string[]>("tables").map((table) => ({ database: "shop", table }));

if (config.getBoolean("inline")) {
  new Node("eu", { target: "us", peer: "eu", hostname, verifyTls: false, subscriptions: edges });
} else {
  const eu = new Node("eu", { target: "us", peer: "eu", hostname, verifyTls: false, replicateByDefault: false });
  for (const edge of edges) new Subscription(edge.table, { target: "us", node: eu.name, ...edge });
}
