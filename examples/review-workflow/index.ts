// A cluster that changes by pull requests: .github/workflows reviews them, applies what is merged, and looks for drift.
import { Config } from "@pulumi/pulumi";
import { Cluster } from "pulumi-harper/native";

const config = new Config();
const hostnames = config.requireObject<Record<string, string>>("hostnames");

new Cluster("shop", {
  instances: Object.fromEntries(Object.entries(hostnames).map(([name, hostname]) => [name, { hostname }])),
  shape: {
    type: "hubAndSpoke",
    hub: "us-1",
    tables: [
      { database: "shop", table: "orders", direction: "toHub" },
      { database: "shop", table: "prices", direction: "fromHub" },
    ],
  },
  verifyTls: config.getBoolean("verifyTls"),
});
