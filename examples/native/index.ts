// Three instances: orders go both ways between us-1 and eu-1, prices one way from us-1 to ap-1.
import { Config } from "@pulumi/pulumi";
import { Node, Route, Subscription } from "pulumi-harper/native";

const config = new Config();
/** Where each instance replicates: `pulumi config set --path hostnames.eu-1 eu-1.example.com`. */
const hostnames = config.requireObject<Record<"us-1" | "eu-1" | "ap-1", string>>("hostnames");
/** False while the instances still have the certificates they made for themselves. */
const verifyTls = config.getBoolean("verifyTls");

// us-1 knows both others. Nothing is replicated but what a Subscription says.
const eu = new Node("eu-1", {
  target: "us-1",
  peer: "eu-1",
  hostname: hostnames["eu-1"],
  replicateByDefault: false,
  verifyTls,
});
const ap = new Node("ap-1", {
  target: "us-1",
  peer: "ap-1",
  hostname: hostnames["ap-1"],
  replicateByDefault: false,
  verifyTls,
});

// Both ways, as nothing else is said.
new Subscription("orders", { target: "us-1", node: eu.name, database: "shop", table: "orders" });
// us-1 publishes to ap-1 and takes nothing from it.
new Subscription("prices", { target: "us-1", node: ap.name, database: "shop", table: "prices", subscribe: false });

// eu-1 dials us-1 when it starts.
new Route("eu-1-to-us-1", { target: "eu-1", hostname: hostnames["us-1"] });
