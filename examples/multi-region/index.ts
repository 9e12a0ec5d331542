// Regions that are meshes inside. Orders go from us to eu, one way; prices go both ways; nothing else leaves a region.
import { Config } from "@pulumi/pulumi";
import { Cluster } from "pulumi-harper";

const config = new Config();
/** `pulumi config set --path hostnames.us-1 us-1.example.com`; the names are also those in harper:instances. */
const hostnames = config.requireObject<Record<string, string>>("hostnames");

const cluster = new Cluster("shop", {
  // `us-1` is in the region `us`.
  instances: Object.fromEntries(
    Object.entries(hostnames).map(([name, hostname]) => [name, { hostname, region: name.split("-")[0] }]),
  ),
  shape: {
    type: "regions",
    links: [
      {
        between: ["us", "eu"],
        tables: [
          { database: "shop", table: "orders", from: "us" },
          { database: "shop", table: "prices" },
        ],
      },
    ],
  },
  verifyTls: config.getBoolean("verifyTls"),
});

export const nodes = Object.keys(cluster.nodes);
