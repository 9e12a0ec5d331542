import { Config } from "@pulumi/pulumi";
import * as dynamic from "pulumi-harper";
import * as plugin from "pulumi-harper/native";

const config = new Config("bench");
const { Node, Subscription } = config.require("frontEnd") === "plugin" ? plugin : dynamic;
const hostname = "eu-1";
const edges = config.requireObject<string[]>("tables").map((table) => ({ database: "shop", table }));

if (config.getBoolean("inline")) {
  new Node("eu", { target: "us", peer: "eu", hostname, verifyTls: false, subscriptions: edges });
} else {
  const eu = new Node("eu", { target: "us", peer: "eu", hostname, verifyTls: false, replicateByDefault: false });
  for (const edge of edges) new Subscription(edge.table, { target: "us", node: eu.name, ...edge });
}
