// us-1 as a whole: all its peers, and all its routes in their order. What is there and not declared is drift.
import { Config } from "@pulumi/pulumi";
import { ClusterConfiguration, Routes } from "pulumi-harper";

const config = new Config();
const hostnames = config.requireObject<Record<"us-1" | "eu-1" | "ap-1", string>>("hostnames");
const verifyTls = config.getBoolean("verifyTls");
const [eu, ap] = [hostnames["eu-1"], hostnames["ap-1"]];

// A peer that somebody adds by hand stops the next preview with its name; `removeUnmanaged: true` removes it instead.
new ClusterConfiguration("us-1", {
  target: "us-1",
  connections: [
    { peer: "eu-1", hostname: eu, verifyTls, subscriptions: [{ database: "shop", table: "orders" }] },
    { peer: "ap-1", hostname: ap, verifyTls, subscriptions: [{ database: "shop", table: "prices", subscribe: false }] },
  ],
});

// Dialled in this order when us-1 starts. A route that somebody adds by hand is removed by the next `up`.
new Routes("us-1", { target: "us-1", routes: [`wss://${eu}:9933`, { hostname: ap, replicates: false }] });
